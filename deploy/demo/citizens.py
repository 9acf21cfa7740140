"""Citizens who report, and the hotline that writes down what callers say."""

import time

from deploy.demo.actions import Action, Call, Report
from deploy.demo.bodies import Body, call_report_body, ending_body, report_body, ring_body
from deploy.demo.doors import Answered, Caller, Doors
from deploy.demo.ledger import Ledger
from deploy.demo.staff import CALL_TAKER, Staff
from shared.ids import derived_id


class Citizens:
    """Plays reports and calls."""

    def __init__(self, doors: Doors, staff: Staff, ledger: Ledger) -> None:
        self._doors = doors
        self._staff = staff
        self._ledger = ledger

    async def report(self, action: Action, report: Report) -> None:
        """Send a report; a retry must get the first answer again."""
        answered = await self._doors.post(
            "intake", "/api/v1/reports", report_body(report), Caller.of(action.key), key=action.key
        )
        self._ledger.timed("report", answered)
        if not answered.is_yes:
            self._ledger.surprised(action, "report", answered)
            return
        advice = answered.body["advice"]
        if not action.retry:
            self._ledger.call_115.note(is_right=advice["call_emergency"] or not action.expect.call_115)
        self._note(action, answered.body["report_id"], answered)

    async def call(self, action: Action, call: Call) -> None:
        """Ring, answer, write down, record; each step under an id of its own, so that all can be sent again."""
        taker = await self._staff.caller(CALL_TAKER)
        rang = await self._doors.post("intake", "/api/v1/calls", ring_body(call), taker, key=action.key)
        self._ledger.timed("call", rang)
        if not rang.is_yes:
            self._ledger.surprised(action, "ring", rang)
        elif call.missed:
            await self._step(action, "miss", taker)
            self._ledger.calls[action.key] = "missed"
        else:
            await self._take(action, call, taker)

    async def _take(self, action: Action, call: Call, taker: Caller) -> None:
        await self._step(action, "answer", taker)
        if call.report_kind is not None:
            await self._write_down(action, call_report_body(call), taker)
        await self._step(action, "end", taker, ending_body(call))
        self._ledger.calls[action.key] = "ended"

    async def _write_down(self, action: Action, body: Body, taker: Caller) -> None:
        answered = await self._doors.post("intake", f"/api/v1/calls/{action.key}/report", body, taker)
        if answered.is_yes:
            self._note(action, answered.body["report_id"], answered)
        else:
            self._ledger.surprised(action, "write down", answered)

    async def _step(self, action: Action, step: str, taker: Caller, body: Body | None = None) -> None:
        path, key = f"/api/v1/calls/{action.key}:{step}", derived_id(action.key, step)
        answered = await self._doors.post("intake", path, body, taker, key=key)
        if not answered.is_yes:
            self._ledger.surprised(action, step, answered)

    def _note(self, action: Action, report_id: str, answered: Answered) -> None:
        code = answered.body["tracking_code"]
        if action.retry:
            self._ledger.repeated.note(is_right=self._ledger.codes.get(report_id) == code)
            return
        self._ledger.reports[report_id] = time.monotonic()
        self._ledger.codes[report_id] = code
