"""What operators do to a running service: look at dead letters, replay them, resume what was halted. All audited."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from shared.audit import Audit
from shared.consumers import Consumers
from shared.dead_letters import DeadLetters, Letter, Selection
from shared.errors import NotFound, Text
from shared.halts import Halts
from shared.replays import Replay, Replays
from shared.security import Person, Role, require
from shared.text import Command
from shared.unpublishable import Stuck, Unpublishable

Operator = Annotated[Person, require(Role.OPERATOR, scope="operations")]
Chosen = Annotated[str | None, Field(max_length=200)]


class DeadLetterView(BaseModel):
    """A dead letter without its content."""

    id: str
    group: str
    topic: str
    partition: int
    offset: int
    type: str
    reason: str
    buried_at: datetime


class ReplayCommand(Command):
    """Which waiting letters to consume again. With `dry_run` nothing is done but told."""

    group: Chosen = None
    topic: Chosen = None
    reason: Chosen = None
    id: Chosen = None
    dry_run: bool = True

    def selection(self) -> Selection:
        return Selection(group=self.group, topic=self.topic, reason=self.reason, id=self.id)


class ReplayView(BaseModel):
    """A replay, or what it would do (`id` is null then)."""

    id: str | None
    status: str
    chosen: int
    replayed: int
    failed: int
    reasons: dict[str, int]


class HaltView(BaseModel):
    """A topic-partition that a group has halted."""

    group: str
    topic: str
    partition: int


class ResumeCommand(Command):
    """Which halted topic-partition to go on with."""

    group: Annotated[str, Field(min_length=1, max_length=200)]
    topic: Annotated[str, Field(min_length=1, max_length=200)]
    partition: Annotated[int, Field(ge=0, le=10_000)]


class StuckView(BaseModel):
    """A document whose event the broker refused twice, without its content."""

    collection: str
    document_id: str
    event_id: str
    type: str
    topic: str
    since: datetime


class ReleaseCommand(Command):
    """Which document to try again."""

    collection: Annotated[str, Field(min_length=1, max_length=100)]
    document_id: Annotated[str, Field(min_length=1, max_length=200)]


def operations_router(
    consumers: Consumers,
    halts: Halts,
    dead_letters: DeadLetters,
    replays: Replays,
    unpublishable: Unpublishable,
    audit: Audit,
) -> APIRouter:
    """The operators' API of one service."""
    router = APIRouter(prefix="/api/v1/operations", tags=["operations"])
    _dead_letter_routes(router, dead_letters, replays, audit)
    _halt_routes(router, consumers, halts, audit)
    _outbox_routes(router, unpublishable, audit)
    return router


def _dead_letter_routes(router: APIRouter, dead_letters: DeadLetters, replays: Replays, audit: Audit) -> None:

    @router.get("/dead-letters")
    async def list_dead_letters(
        _: Operator, group: Chosen = None, topic: Chosen = None, reason: Chosen = None
    ) -> list[DeadLetterView]:
        letters = await dead_letters.find(Selection(group=group, topic=topic, reason=reason))
        return [_letter_view(letter) for letter in letters]

    @router.post("/dead-letters:replay")
    async def replay_dead_letters(command: ReplayCommand, operator: Operator) -> ReplayView:
        chosen = await dead_letters.find(command.selection(), limit=100_000)
        if command.dry_run:
            return _replay_view(None, chosen)
        replay = await replays.request(command.selection(), operator.account)
        await audit.record(actor=operator.account, action="dead_letters.replay", subject=replay.id)
        return _replay_view(replay, chosen)

    @router.get("/replays/{replay_id}")
    async def show_replay(replay_id: Annotated[str, Path(max_length=100)], _: Operator) -> ReplayView:
        replay = await replays.find(replay_id)
        if replay is None:
            raise NotFound("not-found", Text("Không có lần phát lại này.", "There is no such replay."))
        return _replay_view(replay, [])


def _halt_routes(router: APIRouter, consumers: Consumers, halts: Halts, audit: Audit) -> None:
    @router.get("/halts")
    async def list_halts(_: Operator) -> list[HaltView]:
        found = [(group, place) for group in consumers.loops for place in await halts.places(group)]
        return [
            HaltView(group=group, topic=topic, partition=partition) for group, (topic, partition) in sorted(found)
        ]

    @router.post("/halts:resume")
    async def resume_halted(command: ResumeCommand, operator: Operator) -> HaltView:
        loop = consumers.loops.get(command.group)
        if loop is None or (command.topic, command.partition) not in await halts.places(command.group):
            raise NotFound("not-found", Text("Không có gì đang dừng ở đó.", "Nothing is halted there."))
        await audit.record(actor=operator.account, action="halts.resume", subject=f"{command.group}/{command.topic}")
        await loop.ward.resume(consumers.consumer_of(command.group), command.topic, command.partition)
        return HaltView(group=command.group, topic=command.topic, partition=command.partition)


def _outbox_routes(router: APIRouter, unpublishable: Unpublishable, audit: Audit) -> None:
    @router.get("/unpublishable")
    async def list_unpublishable(_: Operator) -> list[StuckView]:
        return [_stuck_view(stuck) for stuck in await unpublishable.find()]

    @router.post("/unpublishable:release", status_code=204)
    async def release_unpublishable(command: ReleaseCommand, operator: Operator) -> None:
        subject = f"{command.collection}/{command.document_id}"
        if not await unpublishable.release(command.collection, command.document_id):
            raise NotFound("not-found", Text("Không có bản ghi nào như vậy đang chờ.", "Nothing of that name waits."))
        await audit.record(actor=operator.account, action="outbox.released", subject=subject)


def _stuck_view(stuck: Stuck) -> StuckView:
    return StuckView(
        collection=stuck.collection,
        document_id=stuck.document_id,
        event_id=stuck.event_id,
        type=stuck.type,
        topic=stuck.topic,
        since=stuck.since,
    )


def _letter_view(letter: Letter) -> DeadLetterView:
    place = letter.place
    return DeadLetterView(
        id=letter.id,
        group=place.group,
        topic=place.topic,
        partition=place.partition,
        offset=place.offset,
        type=place.type,
        reason=place.reason,
        buried_at=letter.buried_at,
    )


def _replay_view(replay: Replay | None, chosen: list[Letter]) -> ReplayView:
    reasons: dict[str, int] = {}
    for letter in chosen:
        reasons[letter.place.reason] = reasons.get(letter.place.reason, 0) + 1
    return ReplayView(
        id=replay.id if replay else None,
        status=replay.status if replay else "dry-run",
        chosen=len(chosen),
        replayed=replay.replayed if replay else 0,
        failed=replay.failed if replay else 0,
        reasons=reasons,
    )
