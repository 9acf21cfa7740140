"""The public's page of alerts, and the press desk. Everything works without JavaScript."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

from services.notifications.alerts.commands import CancelAlert, DraftAlertForm
from services.notifications.alerts.desk import AlertDesk
from services.notifications.alerts.live import LiveAlerts
from services.notifications.alerts.screens import WORDS, DeskScreens, local_moment
from shared.http import Cursor, FormErrors, FormValues, language_of, read_form
from shared.ids import derived_id, new_id
from shared.security import OptionalPerson, Person, Role
from shared.security.wiring import require_page
from shared.web.language import mark as _
from shared.web.pages import Pages
from shared.web.stream import EventStream

Press = Annotated[Person, require_page(Role.PRESS_OFFICER)]
Staff = Annotated[Person, require_page(Role.PRESS_OFFICER, Role.COMMITTEE, Role.OPERATOR)]
Approver = Annotated[Person, require_page(Role.PRESS_OFFICER, Role.COMMITTEE)]
AlertId = Annotated[str, Path(max_length=100)]

_HOLDS = timedelta(days=1)


def public_router(desk: AlertDesk, live: LiveAlerts, pages: Pages, streams: EventStream) -> APIRouter:
    """What everybody sees."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    async def show_alerts(request: Request, person: OptionalPerson) -> HTMLResponse:
        context = live.context(await desk.public())
        return pages.render(request, "alerts.html", person=person, **context)

    @routes.get("/alerts/stream")
    async def follow_alerts(request: Request) -> StreamingResponse:
        return streams.stream(request, await live.listen(language_of(request)))

    @routes.get("/alerts/{alert_id}")
    async def show_alert(request: Request, alert_id: AlertId, person: OptionalPerson) -> HTMLResponse:
        context = live.context([await desk.published(alert_id)])
        return pages.render(request, "alert.html", person=person, **context)

    return routes


def drafting_router(desk: AlertDesk, screens: DeskScreens, pages: Pages) -> APIRouter:
    """Write an alert, look at exactly what would go out, and hand it to a second person."""
    routes = APIRouter(prefix="/desk", include_in_schema=False)

    @routes.get("")
    async def list_alerts(request: Request, person: Staff) -> HTMLResponse:
        alerts = await desk.alerts.newest()
        return pages.render(request, "desk.html", person=person, alerts=alerts, **WORDS)

    @routes.get("/new")
    async def new_alert(request: Request, person: Press) -> HTMLResponse:
        begin = {"id": new_id(), "severity": "moderate", "expires_at": local_moment(desk.clock() + _HOLDS)}
        return screens.form(request, person, FormValues(begin))

    @routes.post("/new")
    async def edit_again(request: Request, person: Press) -> HTMLResponse:
        return screens.form_again(request, person, await read_form(request, DraftAlertForm))

    @routes.post("/preview")
    async def preview_draft(request: Request, person: Press) -> HTMLResponse:
        return await screens.preview(request, person, await read_form(request, DraftAlertForm))

    @routes.post("")
    async def draft_alert(request: Request, person: Press) -> Response:
        form = await read_form(request, DraftAlertForm)
        if isinstance(form, FormErrors):
            return screens.form_again(request, person, form)
        await desk.draft(form.id, form.command, person.account)
        return pages.redirect(request, f"/desk/alerts/{form.id}", flash=_("Đã gửi duyệt. Chưa ai nhận được gì."))

    return routes


def deciding_router(desk: AlertDesk, screens: DeskScreens, pages: Pages, streams: EventStream) -> APIRouter:
    """Approve, follow and cancel an alert."""
    routes = APIRouter(prefix="/desk/alerts/{alert_id}", include_in_schema=False)

    @routes.get("")
    async def show_alert(request: Request, alert_id: AlertId, person: Staff, cursor: Cursor = None) -> HTMLResponse:
        found = await desk.alerts.aggregates.get(alert_id)
        return await screens.one(request, person, found, cursor)

    @routes.get("/stream")
    async def follow_alert(request: Request, alert_id: AlertId, _person: Staff) -> StreamingResponse:
        return streams.stream(request, screens.follow(alert_id, language_of(request)))

    @routes.get("/publish")
    async def confirm_publication(request: Request, alert_id: AlertId, person: Approver) -> HTMLResponse:
        found = await desk.alerts.aggregates.get(alert_id)
        return await screens.confirm_publication(request, person, found)

    @routes.post("/publish")
    async def publish_alert(request: Request, alert_id: AlertId, person: Approver) -> Response:
        # One id per alert and approver: pressing twice publishes once and says the same.
        await desk.publish(alert_id, derived_id(alert_id, f"publish:{person.account}"), person.account)
        return pages.redirect(request, f"/desk/alerts/{alert_id}", flash=_("Cảnh báo đã phát."))

    @routes.get("/cancel")
    async def ask_why(request: Request, alert_id: AlertId, person: Approver) -> HTMLResponse:
        found = await desk.alerts.aggregates.get(alert_id)
        return screens.cancel_form(request, person, found, FormValues({}))

    @routes.post("/cancel/preview")
    async def confirm_cancellation(request: Request, alert_id: AlertId, person: Approver) -> HTMLResponse:
        found = await desk.alerts.aggregates.get(alert_id)
        return await screens.confirm_cancellation(request, person, found, await read_form(request, CancelAlert))

    @routes.post("/cancel")
    async def cancel_alert(request: Request, alert_id: AlertId, person: Approver) -> Response:
        form = await read_form(request, CancelAlert)
        if isinstance(form, FormErrors):
            found = await desk.alerts.aggregates.get(alert_id)
            return screens.cancel_form(request, person, found, form.values, form)
        await desk.cancel(alert_id, form, derived_id(alert_id, f"cancel:{person.account}"), person.account)
        return pages.redirect(request, f"/desk/alerts/{alert_id}", flash=_("Cảnh báo đã hủy."))

    return routes
