"""Calls over HTTP: the exchange's hook, and what a console of another make needs."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel

from services.intake.calls.commands import EndCall, Ring
from services.intake.calls.desk import CallDesk
from services.intake.calls.domain import Call, CallStatus
from services.intake.reports.commands import SubmitReport
from shared.errors import Text
from shared.events.reports import CallOutcome
from shared.http import IdempotencyKey, document_problem
from shared.pending import Versioned
from shared.security import Person, Role, require

Exchange = Annotated[Person, require(Role.CALL_TAKER, Role.OPERATOR, scope="calls")]
CallTaker = Annotated[Person, require(Role.CALL_TAKER)]
CallId = Annotated[str, Path(max_length=100)]


class CallView(BaseModel):
    """A call without the caller's number."""

    call_id: str
    status: CallStatus
    operator: str | None
    rang_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: CallOutcome | None
    report_id: str | None

    @classmethod
    def of(cls, stored: Versioned[Call]) -> "CallView":
        call = stored.state
        return cls(
            call_id=stored.id,
            status=call.status,
            operator=call.operator,
            rang_at=call.rang_at,
            answered_at=call.answered_at,
            ended_at=call.ended_at,
            outcome=call.outcome,
            report_id=call.report_id,
        )


class WrittenDown(BaseModel):
    """The report that a call became, with the code to read out."""

    report_id: str
    tracking_code: str
    call_emergency: bool


def router(desk: CallDesk) -> APIRouter:
    """The routes of calls."""
    routes = APIRouter(prefix="/api/v1/calls", tags=["calls"])

    @routes.post("", status_code=201)
    async def ring(command: Ring, key: IdempotencyKey, _: Exchange) -> CallView:
        return CallView.of(await desk.ring(key, command))

    @routes.get("/ringing")
    async def list_ringing(_: CallTaker) -> list[CallView]:
        return [CallView.of(call) for call in await desk.calls.ringing()]

    @routes.post("/{call_id}:answer")
    async def answer_call(call_id: CallId, taker: CallTaker) -> CallView:
        return CallView.of(await desk.answer(call_id, taker))

    @routes.post("/{call_id}:miss")
    async def miss_call(call_id: CallId, _: Exchange) -> CallView:
        return CallView.of(await desk.miss(call_id))

    @routes.post("/{call_id}/report", status_code=201)
    async def write_down(call_id: CallId, command: SubmitReport, taker: CallTaker) -> WrittenDown:
        accepted = await desk.write_down(call_id, command, taker)
        return WrittenDown(
            report_id=accepted.report.id, tracking_code=accepted.code, call_emergency=accepted.call_emergency
        )

    @routes.post("/{call_id}:end")
    async def end_call(call_id: CallId, command: EndCall, key: IdempotencyKey, taker: CallTaker) -> CallView:
        return CallView.of(await desk.end(call_id, command, key, taker))

    return routes


for _status, _title in {
    CallStatus.RINGING: Text("Cuộc gọi chưa ai nhấc máy", "Nobody has answered the call"),
    CallStatus.ANSWERED: Text("Cuộc gọi đã có người nhấc máy", "Somebody is on the call"),
    CallStatus.MISSED: Text("Người gọi đã gác máy", "The caller has hung up"),
    CallStatus.ENDED: Text("Cuộc gọi đã ghi xong", "The call is recorded"),
}.items():
    _meaning = Text(
        "Việc này không làm được với cuộc gọi ở trạng thái đó; hãy tải lại danh sách.",
        "A call in this state does not allow it; load the list again.",
    )
    document_problem(f"call-already-{_status}", 409, _title, _meaning)
