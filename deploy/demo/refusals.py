"""What should not come but does: sent where it would be sent, and its refusal compared with what is due."""

import asyncio
from http import HTTPStatus
from typing import Any

from deploy.demo.actions import Action, AgencyAnswer, Alert, BadInput, Call, Pass, Permit, Report
from deploy.demo.agency_desks import AgencyDesks
from deploy.demo.bodies import (
    Body,
    alert_body,
    call_report_body,
    pass_body,
    permit_body,
    report_body,
    ring_body,
)
from deploy.demo.doors import Answered, Caller, Doors
from deploy.demo.ledger import Ledger
from deploy.demo.listener import Listener
from deploy.demo.press import AS_OF_TODAY
from deploy.demo.roads import Roads
from deploy.demo.spoiling import spoilt
from deploy.demo.staff import CALL_TAKER, POSTS_COMMAND, PRESS, Staff
from shared.ids import derived_id

_HEAVY = 1_000_000
_NO_TASK = "00000000-0000-7000-8000-000000000000"


class Refusals:
    """Plays bad inputs."""

    def __init__(
        self,
        doors: Doors,
        staff: Staff,
        ledger: Ledger,
        listener: Listener,
        desks: AgencyDesks,
        roads: Roads,
    ) -> None:
        self._doors = doors
        self._staff = staff
        self._ledger = ledger
        self._listener = listener
        self._desks = desks
        self._roads = roads
        self._one_heavy_at_a_time = asyncio.Lock()

    async def send(self, action: Action, bad: BadInput) -> None:
        """Send it; anything but the refusal that is due is a surprise."""
        if isinstance(bad.base, AgencyAnswer):
            await self._misanswer(action, bad, bad.base)
        elif bad.raw is not None and len(bad.raw) > _HEAVY:
            async with self._one_heavy_at_a_time:
                self._judge(action, bad, await self._knock(action, bad))
        else:
            self._judge(action, bad, await self._knock(action, bad))

    async def _knock(self, action: Action, bad: BadInput) -> Answered:
        match bad.base:
            case Report():
                return await self._post(
                    "intake", "reports", bad, report_body(bad.base), Caller.of(action.key), action
                )
            case Call() if bad.field == "report_kind":
                return await self._miswritten(action, bad, bad.base)
            case Call():
                return await self._as(CALL_TAKER, "intake", "calls", bad, ring_body(bad.base), action)
            case Pass():
                good = pass_body(bad.base, self._roads.code_shown(bad.base))
                return await self._as(POSTS_COMMAND, "checkpoints", "passes", bad, good, action)
            case Permit():
                return await self._as(POSTS_COMMAND, "checkpoints", "permits", bad, permit_body(bad.base), action)
            case Alert():
                good = alert_body(bad.base, AS_OF_TODAY)
                return await self._as(PRESS, "notifications", "alerts", bad, good, action)
            case _:
                raise TypeError(f"nothing bad is planned of {type(bad.base).__name__}")

    async def _as(self, account: str, service: Any, path: str, bad: BadInput, good: Body, action: Action) -> Answered:
        return await self._post(service, path, bad, good, await self._staff.caller(account), action)

    async def _post(
        self, service: Any, path: str, bad: BadInput, good: Body, caller: Caller, action: Action
    ) -> Answered:
        return await self._doors.post(service, f"/api/v1/{path}", spoilt(bad, good), caller, key=action.key)

    async def _miswritten(self, action: Action, bad: BadInput, call: Call) -> Answered:
        """A good call whose report is bad: it stays a call, recorded without a report."""
        taker = await self._staff.caller(CALL_TAKER)
        path = f"/api/v1/calls/{action.key}"
        await self._doors.post("intake", "/api/v1/calls", ring_body(call), taker, key=action.key)
        await self._doors.post("intake", f"{path}:answer", None, taker)
        answered = await self._doors.post("intake", f"{path}/report", spoilt(bad, call_report_body(call)), taker)
        ending = {"outcome": "other"}
        await self._doors.post("intake", f"{path}:end", ending, taker, key=derived_id(action.key, "end"))
        self._ledger.calls[action.key] = "ended"
        return answered

    async def _misanswer(self, action: Action, bad: BadInput, answer: AgencyAnswer) -> None:
        """An agency speaks of a task that it does not have, or takes a step that there is none of."""
        is_unknown_step = bad.field == "step"
        task = await self._listener.task_of(answer.report, answer.agency) if is_unknown_step else _NO_TASK
        step = "explode" if is_unknown_step else answer.step
        words = answer.words or "?"
        if answer.through == "kafka":
            await self._desks.send(action.key, answer.agency, step, task or _NO_TASK, words)
            self._ledger.updates[action.key] = answer.agency
            self._ledger.refused.note(is_right=await self._listener.refusal_of(action.key))
            return
        answered = await self._desks.step(action.key, answer.agency, step, task or _NO_TASK, words)
        self._judge(action, bad, answered, frozenset({HTTPStatus.NOT_FOUND}))

    def _judge(self, action: Action, bad: BadInput, answered: Answered, also: frozenset[int] = frozenset()) -> None:
        is_right = answered.status in action.expect.statuses | also
        self._ledger.refused.note(is_right=is_right)
        if not is_right:
            self._ledger.surprised(action, f"{bad.of.value} {bad.flaw}", answered)
