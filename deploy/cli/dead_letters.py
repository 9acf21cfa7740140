"""Dead letters of all services, as the commands `dlq` and `replay` see them: never their content."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from deploy.cli.operator import OperatorDoor, of_service
from deploy.embedded.errors import CannotRun

_PATH = "/api/v1/operations"
_REPLAYED_WITHIN_SECONDS = 120.0
_EVERY_SECONDS = 0.3


class Letter(msgspec.Struct, frozen=True):
    """An event that could not be consumed: which group of which service, where it stood, and why."""

    service: str
    id: str
    group: str
    topic: str
    partition: int
    offset: int
    type: str
    reason: str
    buried_at: str


class Halt(msgspec.Struct, frozen=True):
    """A topic-partition that a group stopped at, because too much of it could not be consumed."""

    service: str
    group: str
    topic: str
    partition: int


class Choice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which letters; None leaves a field open."""

    group: str | None = None
    topic: str | None = None
    reason: str | None = None
    id: str | None = None

    @property
    def is_everything(self) -> bool:
        return self == Choice()

    def fits(self, letter: Letter) -> bool:
        chosen = msgspec.structs.asdict(self)
        return all(value is None or getattr(letter, name) == value for name, value in chosen.items())


class Replayed(msgspec.Struct, frozen=True):
    """What a replay came to in one service; `status` is `dry-run` where nothing was done."""

    service: str
    status: str
    chosen: int
    replayed: int
    failed: int
    reasons: Mapping[str, int]


def letters(door: OperatorDoor, choice: Choice, service: str | None = None) -> list[Letter]:
    """The letters that wait and match, oldest first within each service."""
    asked = {"group": choice.group, "topic": choice.topic, "reason": choice.reason}
    found = door.listed(service, f"{_PATH}/dead-letters", Letter, **asked)
    return [letter for letter in found if choice.fits(letter)]


def letter(door: OperatorDoor, letter_id: str) -> Letter:
    """The letter whose id begins so; raises `CannotRun` unless it is one."""
    found = [each for each in letters(door, Choice()) if each.id.startswith(letter_id)]
    if len(found) != 1:
        what = "No dead letter" if not found else f"{len(found)} dead letters"
        raise CannotRun(f"{what} with an id that begins with {letter_id}.", "`./haivan dlq list` shows all of them.")
    return found[0]


def halts(door: OperatorDoor, service: str | None = None) -> list[Halt]:
    """What stands still."""
    return door.listed(service, f"{_PATH}/halts", Halt)


def resume(door: OperatorDoor, halt: Halt) -> None:
    """Let the group go on where it stopped."""
    place = {"group": halt.group, "topic": halt.topic, "partition": halt.partition}
    door.post(halt.service, f"{_PATH}/halts:resume", place)


def try_replay(door: OperatorDoor, choice: Choice, service: str | None) -> list[Replayed]:
    """What a replay would do; nothing is done."""
    return [_asked(door, name, choice, dry_run=True)[1] for name in door.chosen(service)]


def replay(door: OperatorDoor, choice: Choice, trial: Sequence[Replayed]) -> list[Replayed]:
    """Replay where the trial found something, and wait until it is done."""
    return list(_carried_out(door, choice, trial))


def reasons_of(found: Sequence[Letter]) -> Counter[str]:
    return Counter(each.reason for each in found)


def _carried_out(door: OperatorDoor, choice: Choice, trial: Sequence[Replayed]) -> Iterator[Replayed]:
    for tried in trial:
        if tried.chosen:
            replay_id, asked = _asked(door, tried.service, choice, dry_run=False)
            done = _until_done(door, tried.service, replay_id)
            yield msgspec.structs.replace(
                asked, status=done["status"], replayed=done["replayed"], failed=done["failed"]
            )


def _asked(door: OperatorDoor, service: str, choice: Choice, *, dry_run: bool) -> tuple[str, Replayed]:
    body = {**msgspec.to_builtins(choice), "dry_run": dry_run}
    answer = door.post(service, f"{_PATH}/dead-letters:replay", body)
    return str(answer.get("id")), of_service(service, answer, Replayed)


def _until_done(door: OperatorDoor, service: str, replay_id: str) -> Any:
    deadline = time.monotonic() + _REPLAYED_WITHIN_SECONDS
    while (found := door.get(service, f"{_PATH}/replays/{replay_id}"))["status"] != "done":
        if time.monotonic() > deadline:
            raise CannotRun(
                f"{service} has not finished the replay {replay_id} after {_REPLAYED_WITHIN_SECONDS:.0f} s.",
                "It goes on by itself; see `./haivan dlq list` later.",
            )
        time.sleep(_EVERY_SECONDS)
    return found
