"""An alert is taken back when its readers have it: one that comes too late is not sent to them any more."""

from typing import Any, cast

import pytest

from deploy.demo import press as press_module
from deploy.demo.actions import Action, ActionKind, AlertCancelled
from deploy.demo.doors import Answered
from deploy.demo.ledger import Ledger
from deploy.demo.press import Press
from tests.unit.deploy.demo.days import busy_day


class Desk:
    """Doors, staff and subscribers in one, who note in which order they are asked."""

    ids = ("a", "b")

    def __init__(self, undelivered: int) -> None:
        self.asked: list[str] = []
        self._undelivered = undelivered

    async def caller(self, account: str) -> str:
        return account

    async def have(self, count: int, *_: Any) -> bool:
        self.asked.append(f"have {count}")
        return True

    async def has_undelivered(self) -> bool:
        self.asked.append("undelivered?")
        self._undelivered -= 1
        return self._undelivered >= 0

    async def post(self, _: str, path: str, *__: Any, **___: Any) -> Answered:
        self.asked.append(path.rpartition(":")[2])
        return Answered(200, {}, 0.0)


def cancellation() -> Action:
    return busy_day().of(ActionKind.ALERT_CANCELLED)[0]


async def cancel(desk: Desk) -> Ledger:
    ledger, action = Ledger(alerts={"x", "y"}), cancellation()
    part = cast("Any", desk)
    assert isinstance(action.payload, AlertCancelled)
    await Press(part, part, ledger, part, desk.has_undelivered).cancel(action, action.payload)
    return ledger


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press_module, "_EVERY_SECONDS", 0.0)


async def test_it_waits_until_all_readers_have_all_and_nothing_is_to_be_sent_again() -> None:
    desk = Desk(undelivered=2)
    ledger = await cancel(desk)
    assert desk.asked == ["have 4", "undelivered?", "undelivered?", "undelivered?", "cancel"]
    assert len(ledger.cancelled) == 1


async def test_what_never_arrives_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press_module, "_PATIENCE_SECONDS", 0.0)
    desk = Desk(undelivered=1_000_000)
    await cancel(desk)
    assert desk.asked[-1] == "cancel"
