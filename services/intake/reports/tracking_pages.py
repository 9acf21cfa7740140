"""What the holder of a tracking code sees and does. Codes stand in addresses, which no log and no referrer holds."""

from fastapi import APIRouter, Depends, Path, Request, Response

from services.intake.reports.commands import AdditionForm, AddToReport, CodeForm, RateReport
from services.intake.reports.desk import ReportDesk, Tracked
from services.intake.reports.live import LiveTracking
from services.intake.site.bells import Bells
from shared.errors import FieldProblem, NotFound, Refusal, Unprocessable
from shared.http.forms import FormErrors, FormValues, read_form
from shared.ids import derived_id, new_id
from shared.rate_limits import RateLimit
from shared.security import FromOwnPage
from shared.web.language import language_of
from shared.web.language import mark as _
from shared.web.pages import Pages, errors_of
from shared.web.stream import EventStream

Code = Path(max_length=60)
_SILENT = {"Referrer-Policy": "no-referrer"}
"""The address is the code: not even our own other pages are told where somebody comes from."""
_LOOKING = [Depends(RateLimit("120/minute", name="tracking"))]
_GUESSING = [FromOwnPage, Depends(RateLimit("30/minute", name="tracking-code"))]
_WRITING = [FromOwnPage, Depends(RateLimit("30/minute", name="tracking-change"))]


def router(desk: ReportDesk, live: LiveTracking, bells: Bells, pages: Pages, streams: EventStream) -> APIRouter:
    """The tracking page and what can be done from it."""
    routes = APIRouter(include_in_schema=False)
    shown = _TrackingPages(live, pages)
    routes.include_router(_looking(desk, live, shown, pages))
    routes.include_router(_writing(desk, shown, pages))
    routes.include_router(_taking_back(desk, shown, pages))

    @routes.get("/track/{code}/stream", dependencies=_LOOKING)
    async def follow_report(request: Request, code: str = Code) -> Response:
        bells.require_room()
        return streams.stream(request, live.messages(await desk.track(code), language_of(request)))

    return routes


def _looking(desk: ReportDesk, live: LiveTracking, shown: "_TrackingPages", pages: Pages) -> APIRouter:
    routes = APIRouter()

    @routes.get("/track")
    async def ask_for_code(request: Request) -> Response:
        return shown.code_form(request)

    @routes.post("/track", dependencies=_GUESSING)
    async def look_up_code(request: Request) -> Response:
        form = await read_form(request, CodeForm)
        if isinstance(form, FormErrors):
            return shown.code_form(request, form.values, form.problems, status=422)
        try:
            tracked = await desk.track(form.code)
        except (Unprocessable, NotFound) as refusal:
            return shown.wrong_code(request, form.code, refusal)
        return pages.redirect(request, f"/track/{tracked.code}")

    @routes.get("/track/{code}", dependencies=_LOOKING)
    async def show_report(request: Request, code: str = Code) -> Response:
        try:
            tracked = await live.track(code)
        except (Unprocessable, NotFound) as refusal:
            return shown.wrong_code(request, code, refusal)
        return shown.report(request, tracked)

    return routes


def _writing(desk: ReportDesk, shown: "_TrackingPages", pages: Pages) -> APIRouter:
    routes = APIRouter()

    @routes.get("/track/{code}/add", dependencies=_LOOKING)
    async def show_addition(request: Request, code: str = Code) -> Response:
        return shown.addition(request, await desk.track(code), "add")

    @routes.get("/track/{code}/reopen", dependencies=_LOOKING)
    async def show_reopening(request: Request, code: str = Code) -> Response:
        return shown.addition(request, await desk.track(code), "reopen")

    @routes.post("/track/{code}/add", dependencies=_WRITING)
    async def add_to_report(request: Request, code: str = Code) -> Response:
        form = await read_form(request, AdditionForm)
        if isinstance(form, FormErrors):
            return shown.addition(request, await desk.track(code), "add", form)
        tracked = await desk.answer(code, AddToReport(text=form.text), _key(form))
        return pages.redirect(request, f"/track/{tracked.code}", flash=_("Đã gửi thêm. Cơ quan sẽ đọc ngay."))

    @routes.post("/track/{code}/reopen", dependencies=_WRITING)
    async def reopen_report(request: Request, code: str = Code) -> Response:
        form = await read_form(request, AdditionForm)
        if isinstance(form, FormErrors):
            return shown.addition(request, await desk.track(code), "reopen", form)
        tracked = await desk.reopen(code, AddToReport(text=form.text), _key(form))
        return pages.redirect(request, f"/track/{tracked.code}", flash=_("Đã gửi yêu cầu mở lại."))

    return routes


def _taking_back(desk: ReportDesk, shown: "_TrackingPages", pages: Pages) -> APIRouter:
    routes = APIRouter()

    @routes.get("/track/{code}/withdraw", dependencies=_LOOKING)
    async def confirm_withdrawal(request: Request, code: str = Code) -> Response:
        return shown.withdrawal(request, await desk.track(code))

    @routes.post("/track/{code}/withdraw", dependencies=_WRITING)
    async def withdraw_report(request: Request, code: str = Code) -> Response:
        tracked = await desk.track(code)
        await desk.withdraw(code, derived_id(tracked.report.id, f"withdraw/{tracked.report.version}"))
        return pages.redirect(request, f"/track/{tracked.code}", flash=_("Đã rút lại phản ánh."))

    @routes.post("/track/{code}/rating", dependencies=_WRITING)
    async def rate_report(request: Request, code: str = Code) -> Response:
        form = await read_form(request, RateReport)
        if isinstance(form, FormErrors):
            return shown.report(request, await desk.track(code), status=422)
        tracked = await desk.track(code)
        if tracked.report.state.stars != form.stars:
            key = derived_id(tracked.report.id, f"rate/{tracked.report.version}/{form.stars}")
            await desk.rate(code, form, key)
        return pages.redirect(request, f"/track/{tracked.code}", flash=_("Cảm ơn bạn đã chấm điểm."))

    return routes


def _key(form: AdditionForm) -> str:
    """The same form with the same words is the same command; other words after "back" are another one."""
    return derived_id(form.id, form.text)


class _TrackingPages:
    """The pages themselves."""

    def __init__(self, live: LiveTracking, pages: Pages) -> None:
        self._live = live
        self._pages = pages

    def code_form(
        self,
        request: Request,
        form: FormValues | None = None,
        problems: tuple[FieldProblem, ...] = (),
        status: int = 200,
    ) -> Response:
        values = form or FormValues({})
        return self._pages.render(request, "track_code.html", status=status, form=values, errors=errors_of(problems))

    def wrong_code(self, request: Request, code: str, refusal: Refusal) -> Response:
        """The code again, with what is wrong with it."""
        problems = (FieldProblem("code", refusal.text),)
        return self.code_form(request, FormValues({"code": code}), problems, refusal.status)

    def report(self, request: Request, tracked: Tracked, status: int = 200) -> Response:
        told = self._live.in_words(tracked, language_of(request))
        return self._pages.render(request, "tracking.html", status=status, headers=_SILENT, told=told)

    def addition(self, request: Request, tracked: Tracked, what: str, form: FormErrors | None = None) -> Response:
        return self._pages.render(
            request,
            "addition.html",
            status=422 if form else 200,
            headers=_SILENT,
            told=self._live.in_words(tracked, language_of(request)),
            what=what,
            id=new_id(),
            form=form.values if form else FormValues({}),
            errors=errors_of(form.problems) if form else {},
        )

    def withdrawal(self, request: Request, tracked: Tracked) -> Response:
        language = language_of(request)
        told = self._live.in_words(tracked, language)

        def say(label: str) -> str:
            return self._pages.translated(language, label)

        return self._pages.render(
            request,
            "confirm.html",
            headers=_SILENT,
            layout="citizen.html",
            title=say(_("Rút lại phản ánh?")),
            consequence=say(_("Các cơ quan sẽ dừng việc này. Bạn có thể mở lại sau bằng cùng mã theo dõi.")),
            facts=[(say(_("Phản ánh")), told.kind), (say(_("Gửi lúc")), told.moments[-1].at)],
            action=f"/track/{told.code}/withdraw",
            values={},
            label=say(_("Rút lại")),
            back=f"/track/{told.code}",
        )
