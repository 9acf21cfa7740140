"""Plays a day through the public doors: in its order, a few dozen things at once, each after what it speaks of."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from deploy.demo.actions import (
    Action,
    ActionKind,
    AgencyAnswer,
    Alert,
    AlertCancelled,
    BadInput,
    Call,
    Day,
    Pass,
    Permit,
    Report,
    Watch,
)
from deploy.demo.agency_desks import AgencyDesks
from deploy.demo.citizens import Citizens
from deploy.demo.ledger import Ledger
from deploy.demo.press import Press
from deploy.demo.refusals import Refusals
from deploy.demo.roads import Roads

_AT_ONCE = 32
_A_SECOND = 50
"""Things that happen in a second, at most: a day in a minute, and still the times of a system that keeps up."""
_DESKS = 24
"""Tasks that agencies work on at once, beside what citizens do."""
_BEFORE_PASSES = frozenset({ActionKind.PERMIT, ActionKind.WATCH})


class Onlooker(Protocol):
    """Told how it goes."""

    def planned(self, kind: ActionKind, count: int) -> None:
        """So many of these will come."""

    def done(self, kind: ActionKind) -> None:
        """One more has happened."""

    def says(self, text: str) -> None:
        """How things stand, in one line that takes the place of the one before."""


class Player:
    """Plays one day, once."""

    def __init__(
        self,
        *,
        citizens: Citizens,
        roads: Roads,
        press: Press,
        desks: AgencyDesks,
        refusals: Refusals,
        ledger: Ledger,
        onlooker: Onlooker,
    ) -> None:
        self._citizens = citizens
        self._roads = roads
        self._press = press
        self._desks = desks
        self._refusals = refusals
        self._ledger = ledger
        self._onlooker = onlooker
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._room_at_desks = asyncio.Semaphore(_DESKS)
        self._happened: dict[str, asyncio.Event] = {}
        self._early: list[asyncio.Event] = []

    async def play(self, day: Day) -> None:
        """Returns when everything was answered."""
        for kind in ActionKind:
            self._onlooker.planned(kind, len(day.of(kind)))
        steps, began = _by_task(day), time.monotonic()
        async with asyncio.TaskGroup() as playing:
            for number, action in enumerate(day.actions):
                await asyncio.sleep(began + number / _A_SECOND - time.monotonic())
                if isinstance(action.payload, AgencyAnswer):
                    if mine := steps.pop((action.payload.report, action.payload.agency), None):
                        playing.create_task(self._work(mine))
                    continue
                await self._room.acquire()
                playing.create_task(self._happen(action, self._note_beginning(action)))

    def _note_beginning(self, action: Action) -> asyncio.Event:
        """The event that later actions wait for; a retry's and a bad input's are nobody's."""
        happened = asyncio.Event()
        if action.kind is not ActionKind.BAD_INPUT:
            self._happened.setdefault(action.key, happened)
        if action.kind in _BEFORE_PASSES:
            self._early.append(happened)
        return happened

    async def _happen(self, action: Action, happened: asyncio.Event) -> None:
        try:
            for earlier in self._what_must_have_happened(action, happened):
                await earlier.wait()
            await self._perform(action)
        finally:
            happened.set()
            self._room.release()
            self._note_end(action)

    async def _work(self, steps: list[Action]) -> None:
        """All steps of one agency's task, in their order."""
        async with self._room_at_desks:
            for action in steps:
                await self._perform(action)
                self._note_end(action)

    def _what_must_have_happened(self, action: Action, itself: asyncio.Event) -> list[asyncio.Event]:
        match action.payload:
            case Pass():
                keys, early = [action.key, action.payload.permit], self._early
            case AlertCancelled():
                keys, early = [action.payload.alert], []
            case BadInput():
                keys, early = [action.payload.other_content_of], []
            case _:
                keys, early = [action.key], []
        events = [self._happened[key] for key in keys if key in self._happened]
        return [event for event in (*events, *early) if event is not itself]

    async def _perform(self, action: Action) -> None:
        for kind, perform in self._performances.items():
            if isinstance(action.payload, kind):
                await perform(action, action.payload)

    @property
    def _performances(self) -> Mapping[type, Callable[..., Awaitable[None]]]:
        return {
            Report: self._citizens.report,
            Call: self._citizens.call,
            Permit: self._roads.permit,
            Watch: self._roads.watch,
            Pass: self._roads.record,
            Alert: self._press.publish,
            AlertCancelled: self._press.cancel,
            AgencyAnswer: self._desks.answer,
            BadInput: self._refusals.send,
        }

    def _note_end(self, action: Action) -> None:
        self._ledger.played[action.kind] += 1
        self._onlooker.done(action.kind)


def _by_task(day: Day) -> dict[tuple[str, str], list[Action]]:
    """The agencies' steps, by whose task they are taken on."""
    steps: dict[tuple[str, str], list[Action]] = {}
    for action in day.of(ActionKind.AGENCY_ANSWER):
        if isinstance(action.payload, AgencyAnswer):
            steps.setdefault((action.payload.report, action.payload.agency), []).append(action)
    return steps
