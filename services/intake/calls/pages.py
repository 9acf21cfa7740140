"""The hotline's console: who rings, one screen for a call, its report, its outcome. Keyboard first."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from services.intake.calls.board import RingingBoard
from services.intake.calls.commands import CallByHand, CallDraft, EndCall, Ring
from services.intake.calls.desk import CallDesk
from services.intake.calls.screens import CallScreens
from services.intake.reports.commands import SubmitReport, WhatIsReported
from services.intake.reports.live import LiveTracking
from services.intake.reports.pages import typed
from shared.errors import Conflict, Text, Unprocessable
from shared.http import command_digest
from shared.http.forms import FormErrors, read_form
from shared.ids import derived_id
from shared.security import Person, Role, require_page
from shared.web.language import language_of
from shared.web.language import mark as _
from shared.web.pages import Pages
from shared.web.stream import EventStream

Taker = Annotated[Person, require_page(Role.CALL_TAKER)]
CallId = Annotated[str, Path(max_length=100)]

_WRITTEN_ALREADY = Conflict(
    "idempotency-conflict",
    Text(
        vi="Cuộc gọi này đã thành một phản ánh với nội dung khác, nên lần bấm này chưa ghi gì. "
        "Muốn thêm, hãy mở trang theo dõi bằng mã bên dưới.",
        en="This call became a report with other content already, so this press recorded nothing. "
        "To add to it, open the tracking page with the code below.",
    ),
)


def router(desk: CallDesk, board: RingingBoard, live: LiveTracking, pages: Pages, streams: EventStream) -> APIRouter:
    """The console."""
    routes = APIRouter(prefix="/console", include_in_schema=False)
    screens = CallScreens(desk, pages)
    routes.include_router(_picking_up(desk, screens, pages))
    routes.include_router(_writing_down(desk, live, screens, pages))
    routes.include_router(_recording(desk, screens, pages))

    @routes.get("")
    async def show_desk(request: Request, taker: Taker) -> Response:
        return await screens.desk(request, taker)

    @routes.get("/stream")
    async def follow_ringing(request: Request, _taker: Taker) -> Response:
        return streams.stream(request, await board.listen(language_of(request)))

    return routes


def _picking_up(desk: CallDesk, screens: CallScreens, pages: Pages) -> APIRouter:
    routes = APIRouter()

    @routes.post("/calls")
    async def take_call_by_hand(request: Request, taker: Taker) -> Response:
        form = await read_form(request, CallByHand)
        if isinstance(form, FormErrors):
            return await screens.desk(request, taker, form)
        await desk.ring(form.id, Ring(phone=form.phone))
        await desk.answer(form.id, taker)
        return pages.redirect(request, f"/console/calls/{form.id}")

    @routes.post("/calls/{call_id}/answer")
    async def answer_call(request: Request, call_id: CallId, taker: Taker) -> Response:
        try:
            await desk.answer(call_id, taker)
        except Conflict as refusal:
            return await screens.desk(request, taker, refusal=refusal)
        return pages.redirect(request, f"/console/calls/{call_id}")

    @routes.post("/calls/{call_id}/miss")
    async def miss_call(request: Request, call_id: CallId, taker: Taker) -> Response:
        try:
            await desk.miss(call_id)
        except Conflict as refusal:
            return await screens.desk(request, taker, refusal=refusal)
        return pages.redirect(request, "/console", flash=_("Đã ghi là gọi nhỡ."))

    return routes


def _writing_down(desk: CallDesk, live: LiveTracking, screens: CallScreens, pages: Pages) -> APIRouter:
    routes = APIRouter()

    @routes.get("/calls/{call_id}")
    async def show_call(request: Request, call_id: CallId, taker: Taker) -> Response:
        try:
            return await screens.call(request, call_id, taker)
        except Conflict as refusal:
            return await screens.desk(request, taker, refusal=refusal)

    @routes.post("/calls/{call_id}/draft")
    async def keep_draft(request: Request, call_id: CallId, taker: Taker) -> Response:
        form = await read_form(request, CallDraft)
        if isinstance(form, FormErrors):
            return Response(status_code=422)
        await desk.keep_draft(call_id, form, taker)
        return Response(status_code=204)

    @routes.post("/calls/{call_id}/report")
    async def write_down(request: Request, call_id: CallId, taker: Taker) -> Response:
        form = await read_form(request, WhatIsReported)
        if isinstance(form, FormErrors):
            return await screens.call(request, call_id, taker, form)
        try:
            accepted = await desk.write_down(call_id, SubmitReport.model_validate(form.model_dump()), taker)
        except Unprocessable as refusal:
            return await screens.call(request, call_id, taker, await typed(request, refusal.fields))
        except Conflict as refusal:
            said = _WRITTEN_ALREADY if refusal.slug == "idempotency-conflict" else refusal
            return await screens.call(request, call_id, taker, refusal=said)
        await live.track(accepted.code)  # so that the advice to be read out is what triage says
        return pages.redirect(request, f"/console/calls/{call_id}")

    return routes


def _recording(desk: CallDesk, screens: CallScreens, pages: Pages) -> APIRouter:
    routes = APIRouter()

    @routes.post("/calls/{call_id}/end")
    async def end_call(request: Request, call_id: CallId, taker: Taker) -> Response:
        form = await read_form(request, EndCall)
        if isinstance(form, FormErrors):
            return await screens.call(request, call_id, taker, form)
        try:
            await desk.end(call_id, form, derived_id(call_id, f"end:{command_digest(form)}"), taker)
        except Conflict as refusal:
            return await screens.desk(request, taker, refusal=refusal)
        return pages.redirect(request, "/console", flash=_("Đã ghi xong cuộc gọi."))

    return routes
