"""The engineers' page: subscribe, try out, change, leave."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import HTMLResponse, Response

from services.notifications.subscriptions.commands import SubscribeForm, SubscribeWebhook
from services.notifications.subscriptions.desk import SubscriptionDesk
from services.notifications.subscriptions.domain import Subscription
from shared.errors import Text, Unprocessable
from shared.http import FormErrors, FormValues, language_of, read_form
from shared.ids import derived_id, new_id
from shared.outbound import Outcome
from shared.pending import Versioned
from shared.rate_limits import RateLimit
from shared.security import Person, Role
from shared.security.wiring import require_page
from shared.web.language import mark as _
from shared.web.pages import Pages, errors_of

Subscriber = Annotated[Person, require_page(Role.ENGINEER, Role.OFFICER, Role.OPERATOR)]
SubscriptionId = Annotated[str, Path(max_length=100)]


class _Screens:
    """What the routes show."""

    def __init__(self, desk: SubscriptionDesk, pages: Pages) -> None:
        self._desk = desk
        self._pages = pages
        self._wards = {ward.id: ward.title for ward in desk.profile.wards}

    async def all(
        self,
        request: Request,
        person: Person,
        form: FormValues | None = None,
        *,
        chosen: tuple[str, ...] = (),
        errors: Mapping[str, Text] | None = None,
        secret: str | None = None,
        outcome: Outcome | None = None,
    ) -> HTMLResponse:
        return self._pages.render(
            request,
            "subscriptions.html",
            person=person,
            status=422 if errors else 200,
            subscriptions=await self._desk.of(person),
            form=form or FormValues({"id": new_id()}),
            chosen=chosen,
            errors=errors or {},
            secret=secret,
            outcome=outcome,
            wards=self._wards,
        )

    def one(
        self,
        request: Request,
        person: Person,
        form: FormValues,
        chosen: tuple[str, ...],
        errors: Mapping[str, Text] | None = None,
    ) -> HTMLResponse:
        return self._pages.render(
            request,
            "subscription.html",
            person=person,
            status=422 if errors else 200,
            form=form,
            chosen=chosen,
            errors=errors or {},
            wards=self._wards,
        )

    def leaving(self, request: Request, person: Person, found: Versioned[Subscription]) -> HTMLResponse:
        language = language_of(request)
        return self._pages.render(
            request,
            "confirm.html",
            person=person,
            layout="console.html",
            title=self._pages.translated(language, _("Thôi nhận tin?")),
            consequence=self._pages.translated(language, _("Không tin nào được gửi đến địa chỉ này nữa.")),
            facts=[(self._pages.translated(language, _("Tên gọi")), found.state.label), ("URL", found.state.url)],
            action=f"/subscriptions/{found.id}/leave",
            values={},
            label=self._pages.translated(language, _("Thôi nhận tin")),
            back="/subscriptions",
        )


def _typed(subscription_id: str, form: SubscribeWebhook | Subscription) -> FormValues:
    return FormValues({"id": subscription_id, "label": form.label, "url": form.url})


def joining_router(desk: SubscriptionDesk, pages: Pages) -> APIRouter:
    """See what there is, add one, try it out."""
    routes = APIRouter(prefix="/subscriptions", include_in_schema=False)
    screens = _Screens(desk, pages)

    @routes.get("")
    async def list_subscriptions(request: Request, person: Subscriber) -> HTMLResponse:
        return await screens.all(request, person)

    @routes.post("", dependencies=[Depends(RateLimit("30/minute"))])
    async def subscribe(request: Request, person: Subscriber) -> HTMLResponse:
        form = await read_form(request, SubscribeForm)
        if isinstance(form, FormErrors):
            wrong = errors_of(form.problems)
            return await screens.all(request, person, form.values, chosen=form.chosen("wards"), errors=wrong)
        try:
            made = await desk.subscribe(form.id, form.command, person)
        except Unprocessable as refusal:
            wrong = errors_of(refusal.fields)
            return await screens.all(request, person, _typed(form.id, form), chosen=form.wards, errors=wrong)
        return await screens.all(request, person, secret=made.secret)

    @routes.post("/{subscription_id}/ping", dependencies=[Depends(RateLimit("10/minute"))])
    async def ping(request: Request, subscription_id: SubscriptionId, person: Subscriber) -> HTMLResponse:
        return await screens.all(request, person, outcome=await desk.ping(subscription_id, person))

    return routes


def changing_router(desk: SubscriptionDesk, pages: Pages) -> APIRouter:
    """Change one, or leave."""
    routes = APIRouter(prefix="/subscriptions/{subscription_id}", include_in_schema=False)
    screens = _Screens(desk, pages)

    @routes.get("")
    async def edit(request: Request, subscription_id: SubscriptionId, person: Subscriber) -> HTMLResponse:
        state = (await desk.visible(subscription_id, person)).state
        return screens.one(request, person, _typed(subscription_id, state), state.wards)

    @routes.post("")
    async def change(request: Request, subscription_id: SubscriptionId, person: Subscriber) -> Response:
        form = await read_form(request, SubscribeForm)
        if isinstance(form, FormErrors):
            return screens.one(request, person, form.values, form.chosen("wards"), errors_of(form.problems))
        try:
            await desk.change(subscription_id, form.command, new_id(), person)
        except Unprocessable as refusal:
            return screens.one(request, person, _typed(subscription_id, form), form.wards, errors_of(refusal.fields))
        return pages.redirect(request, "/subscriptions", flash=_("Đã lưu đăng ký."))

    @routes.get("/leave")
    async def confirm_leaving(request: Request, subscription_id: SubscriptionId, person: Subscriber) -> HTMLResponse:
        return screens.leaving(request, person, await desk.visible(subscription_id, person))

    @routes.post("/leave")
    async def leave(request: Request, subscription_id: SubscriptionId, person: Subscriber) -> Response:
        await desk.leave(subscription_id, derived_id(subscription_id, "leave"), person)
        return pages.redirect(request, "/subscriptions", flash=_("Đã thôi nhận tin."))

    return routes
