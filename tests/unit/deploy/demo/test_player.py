"""A day is played in an order in which everything can be spoken of when it is."""

import asyncio
from collections import Counter
from typing import Any, cast

import pytest

from deploy.demo import player as player_module
from deploy.demo.actions import Action, ActionKind, AgencyAnswer, Alert, AlertCancelled, BadInput, Pass
from deploy.demo.ledger import Ledger
from deploy.demo.player import Player
from tests.unit.deploy.demo.days import busy_day

SIZE = 400


class Stagehand:
    """Plays any part, and notes when it began and ended."""

    def __init__(self) -> None:
        self.began: list[Action] = []
        self.ended: list[Action] = []

    async def play(self, action: Action, _: Any) -> None:
        self.began.append(action)
        for _turn in range(hash(action.key) % 7):
            await asyncio.sleep(0)
        self.ended.append(action)

    report = call = permit = watch = record = publish = cancel = answer = send = play


class Counted:
    def __init__(self) -> None:
        self.plans: Counter[ActionKind] = Counter()
        self.dones: Counter[ActionKind] = Counter()

    def planned(self, kind: ActionKind, count: int) -> None:
        self.plans[kind] = count

    def done(self, kind: ActionKind) -> None:
        self.dones[kind] += 1

    def says(self, text: str) -> None: ...


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(player_module, "_A_SECOND", 1_000_000)


async def played() -> tuple[Stagehand, Counted, Ledger]:
    hand, counted, ledger = Stagehand(), Counted(), Ledger()
    part = cast("Any", hand)
    player = Player(citizens=part, roads=part, press=part, desks=part, refusals=part, ledger=ledger, onlooker=counted)
    await player.play(busy_day(size=SIZE))
    return hand, counted, ledger


def before(hand: Stagehand, action: Action, key: str | None) -> bool:
    """Whether the original of `key` had ended when `action` began."""
    if key is None:
        return True
    ended = [each.key for each in hand.ended if not each.retry and each.kind is not ActionKind.BAD_INPUT]
    return key in ended and hand.ended.index(next(e for e in hand.ended if e.key == key)) < hand.ended.index(action)


async def test_everything_is_played_once_and_told() -> None:
    hand, counted, ledger = await played()
    assert Counter(hand.ended) == Counter(busy_day(size=SIZE).actions)
    assert counted.plans == counted.dones == ledger.played


async def test_whatever_an_action_speaks_of_has_happened() -> None:
    hand, _, _ = await played()
    for action in hand.ended:
        match action.payload:
            case Pass(permit=key) | AlertCancelled(alert=key) | BadInput(other_content_of=key):
                assert before(hand, action, key)
            case _:
                assert not action.retry or before(hand, action, action.key)


async def test_no_vehicle_passes_before_the_permits_and_the_watch_list_are_in() -> None:
    hand, _, _ = await played()
    first = next(number for number, each in enumerate(hand.began) if isinstance(each.payload, Pass))
    early = busy_day(size=SIZE).of(ActionKind.PERMIT)
    assert set(early) <= set(hand.ended[: hand.ended.index(hand.began[first])])


async def test_an_agency_works_on_a_task_step_by_step() -> None:
    hand, _, _ = await played()
    planned = [each for each in busy_day(size=SIZE).actions if isinstance(each.payload, AgencyAnswer)]
    tasks = {(each.payload.report, each.payload.agency) for each in planned if isinstance(each.payload, AgencyAnswer)}
    for task in tasks:
        mine = [each for each in hand.ended if is_of(each, task)]
        assert mine == [each for each in planned if is_of(each, task)]


def is_of(action: Action, task: tuple[str, str]) -> bool:
    payload = action.payload
    return isinstance(payload, AgencyAnswer) and (payload.report, payload.agency) == task


async def test_alerts_are_among_what_is_played() -> None:
    hand, _, _ = await played()
    assert any(isinstance(each.payload, Alert) for each in hand.ended)
