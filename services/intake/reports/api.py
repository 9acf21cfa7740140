"""Reports over HTTP: submit, track by code, add, withdraw, reopen, rate; and the audited look-up of an identity."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel

from services.intake.reports.commands import AddToReport, RateReport, ReadIdentity, SubmitReport
from services.intake.reports.desk import ReportDesk, Tracked
from services.intake.reports.progress import Stage, What
from shared.errors import Text
from shared.events.reports import Channel
from shared.http import IdempotencyKey, document_problem, sent_again
from shared.rate_limits import RateLimit
from shared.security import FromOwnPage, Person, Role, require

Code = Annotated[str, Path(description="The tracking code, with or without hyphens.", max_length=40)]
Reader = Annotated[Person, require(Role.OFFICER, Role.CALL_TAKER, Role.DISPATCHER, scope="identity")]


class Advice(BaseModel):
    """What to do now and by when somebody answers, in both languages."""

    call_emergency: bool
    next_step_vi: str
    next_step_en: str
    by: datetime


class ReportAccepted(BaseModel):
    """The first answer to a report, and the same one to every retry."""

    report_id: str
    tracking_code: str
    received_at: datetime
    advice: Advice


class StepView(BaseModel):
    what: What
    at: datetime
    agency: str | None
    text: str


class ReportProgress(BaseModel):
    """Where a report stands."""

    stage: Stage
    urgency: str | None
    agencies: tuple[str, ...]
    steps: tuple[StepView, ...]
    stars: int | None
    advice: Advice

    @classmethod
    def of(cls, tracked: Tracked) -> "ReportProgress":
        picture = tracked.picture
        return cls(
            stage=picture.stage,
            urgency=picture.urgency,
            agencies=picture.agencies,
            steps=tuple(StepView(what=s.what, at=s.at, agency=s.agency, text=s.text) for s in picture.steps),
            stars=tracked.report.state.stars,
            advice=_advice(tracked.next_step, tracked.answer_by, call_emergency=tracked.call_emergency),
        )


class Identity(BaseModel):
    """Who reported, and about whom: only what was given."""

    name: str | None = None
    phone: str | None = None
    cccd: str | None = None
    subject_name: str | None = None
    subject_phone: str | None = None
    address: str | None = None
    where: str | None = None
    words: str | None = None


def router(desk: ReportDesk) -> APIRouter:
    """The routes of reports."""
    routes = APIRouter(prefix="/api/v1", tags=["reports"])
    submitting = [FromOwnPage, Depends(RateLimit("60/minute"))]
    guessing = [FromOwnPage, Depends(RateLimit("30/minute"))]

    @routes.post("/reports", status_code=201, responses=sent_again(ReportAccepted), dependencies=submitting)
    async def submit_report(command: SubmitReport, key: IdempotencyKey, response: Response) -> ReportAccepted:
        accepted = await desk.submit(key, command, channel=Channel.API)
        response.status_code = 201 if accepted.report.first else 200
        return ReportAccepted(
            report_id=accepted.report.id,
            tracking_code=accepted.code,
            received_at=accepted.report.state.received_at,
            advice=_advice(accepted.next_step, accepted.answer_by, call_emergency=accepted.call_emergency),
        )

    @routes.get("/tracking/{code}", dependencies=guessing)
    async def track_report(code: Code) -> ReportProgress:
        return ReportProgress.of(await desk.track(code))

    @routes.post("/tracking/{code}:answer", dependencies=guessing)
    async def answer_report(code: Code, command: AddToReport, key: IdempotencyKey) -> ReportProgress:
        return ReportProgress.of(await desk.answer(code, command, key))

    @routes.post("/tracking/{code}:withdraw", dependencies=guessing)
    async def withdraw_report(code: Code, key: IdempotencyKey) -> ReportProgress:
        return ReportProgress.of(await desk.withdraw(code, key))

    @routes.post("/tracking/{code}:reopen", dependencies=guessing)
    async def reopen_report(code: Code, command: AddToReport, key: IdempotencyKey) -> ReportProgress:
        return ReportProgress.of(await desk.reopen(code, command, key))

    @routes.post("/tracking/{code}:rate", dependencies=guessing)
    async def rate_report(code: Code, command: RateReport, key: IdempotencyKey) -> ReportProgress:
        return ReportProgress.of(await desk.rate(code, command, key))

    @routes.post("/reports/{report_id}/identity", dependencies=[Depends(RateLimit("60/minute"))])
    async def read_identity(
        report_id: Annotated[str, Path(max_length=100)], command: ReadIdentity, reader: Reader
    ) -> Identity:
        return Identity(**await desk.identity(report_id, command.reason, reader))

    return routes


def _advice(next_step: Text, by: datetime, *, call_emergency: bool) -> Advice:
    return Advice(call_emergency=call_emergency, next_step_vi=next_step.vi, next_step_en=next_step.en, by=by)


document_problem(
    "unknown-tracking-code",
    404,
    Text("Không có mã theo dõi này", "No such tracking code"),
    Text("Mã đúng dạng nhưng không thuộc phản ánh nào.", "The code is well formed but belongs to no report."),
)
document_problem(
    "report-withdrawn",
    409,
    Text("Phản ánh đã rút lại", "The report was withdrawn"),
    Text("Người báo đã rút lại; hãy mở lại trước khi viết thêm.", "Its reporter took it back; reopen it first."),
)
document_problem(
    "report-full",
    409,
    Text("Phản ánh đã đầy", "The report is full"),
    Text("Đã thêm quá nhiều lời; hãy gửi một phản ánh mới.", "Too much was added; send a new report."),
)
document_problem(
    "too-many-live-pages",
    503,
    Text("Quá nhiều trang trực tiếp", "Too many live pages"),
    Text("Trang vẫn xem được và tự tải lại.", "The page can still be read and reloads itself."),
)
