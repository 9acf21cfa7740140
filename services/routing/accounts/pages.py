"""Signing in and out, and what people may do about their own account (F41)."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.routing.accounts.commands import ChangeOwnPassword, SignIn
from services.routing.accounts.desk import AccountDesk
from services.routing.accounts.staffing import CHAIRS, DEMO_PASSWORD
from shared.errors import FieldProblem, Text, Unauthenticated, Unprocessable
from shared.http import FormErrors, FormValues, read_form
from shared.rate_limits import RateLimit
from shared.security import FromOwnPage, OptionalPerson, Person, Role, require_page
from shared.security.links import safe_next
from shared.security.wiring import clear_session_cookie, set_session_cookie
from shared.settings import Settings
from shared.web.language import mark as _
from shared.web.pages import Pages, errors_of

SIGN_IN_LIMIT = RateLimit("20/minute", name="sign-in")
"""One count for the page and the API, so that a guesser gains nothing by taking turns."""

Anybody = Annotated[Person, require_page()]
Target = Annotated[str, Query(alias="next")]

_WRONG = Text(
    vi="Tên đăng nhập hoặc mật khẩu không đúng. Hãy xem lại phím Caps Lock và bộ gõ tiếng Việt rồi thử lại; "
    "quên mật khẩu thì nhờ người vận hành đặt lại.",
    en="Wrong account or password. Check Caps Lock and the Vietnamese keyboard, then try again; "
    "an operator can set a forgotten password anew.",
)


def router(desk: AccountDesk, pages: Pages, settings: Settings) -> APIRouter:
    """The pages of everybody's own session."""
    routes = APIRouter(include_in_schema=False)
    is_demo = settings.is_for_trying

    def sign_in_page(
        request: Request, person: Person | None, target: str, refused: FormErrors | None = None, status: int = 200
    ) -> HTMLResponse:
        return pages.render(
            request,
            "sign_in.html",
            person=person,
            status=status,
            form=refused.values if refused else FormValues({}),
            errors=errors_of(refused.problems) if refused else {},
            target=safe_next(settings, target, default=""),
            chairs=CHAIRS if is_demo else (),
            demo_password=DEMO_PASSWORD if is_demo else "",
        )

    @routes.get("/sign-in")
    async def show_sign_in(request: Request, person: OptionalPerson, target: Target = "") -> HTMLResponse:
        return sign_in_page(request, person, target)

    @routes.post("/sign-in", dependencies=[FromOwnPage, Depends(SIGN_IN_LIMIT)])
    async def sign_in(request: Request) -> Response:
        form = await read_form(request, SignIn)
        if isinstance(form, FormErrors):
            return sign_in_page(request, None, form.values["next"], form, status=422)
        try:
            signed_in = await desk.sign_in(form.account, form.password)
        except Unauthenticated as refusal:
            return sign_in_page(request, None, form.next or "", _wrong(form), int(refusal.status))
        response = RedirectResponse(way_on(settings, form.next, signed_in.person), 303)
        set_session_cookie(response, settings, signed_in.token)
        return response

    _offer_own_account(routes, desk, pages, settings)
    return routes


def _offer_own_account(routes: APIRouter, desk: AccountDesk, pages: Pages, settings: Settings) -> None:
    @routes.get("/sign-out")
    async def show_sign_out(request: Request, person: OptionalPerson) -> HTMLResponse:
        return pages.render(request, "sign_out.html", person=person)

    @routes.post("/sign-out")
    async def sign_out(request: Request, person: Anybody) -> Response:
        await desk.sign_out(person)
        response = pages.redirect(request, "/sign-in", flash=_("Đã đăng xuất khỏi cả bốn dịch vụ."))
        clear_session_cookie(response, settings)
        return response

    @routes.get("/me")
    async def show_me(request: Request, person: Anybody) -> HTMLResponse:
        return pages.render(request, "me.html", person=person, errors={})

    @routes.post("/me/password", dependencies=[Depends(SIGN_IN_LIMIT)])
    async def change_own_password(request: Request, person: Anybody) -> Response:
        form = await read_form(request, ChangeOwnPassword)
        problems = form.problems if isinstance(form, FormErrors) else await _refused(desk, person, form)
        if problems:
            return pages.render(request, "me.html", person=person, status=422, errors=errors_of(problems))
        response = pages.redirect(request, "/sign-in", flash=_("Đã đổi mật khẩu. Hãy đăng nhập lại."))
        clear_session_cookie(response, settings)
        return response


async def _refused(desk: AccountDesk, person: Person, form: ChangeOwnPassword) -> Sequence[FieldProblem]:
    try:
        await desk.change_own_password(person, form)
    except Unprocessable as refusal:
        return refusal.fields
    return ()


def way_on(settings: Settings, target: str | None, person: Person) -> str:
    """Where a sign-in leads: the page that asked for it, else where the person works."""
    home = home_of(settings, person)
    wanted = safe_next(settings, target, default=home)
    return home if urlsplit(wanted).path in {"/sign-in", "/sign-out"} else wanted


def home_of(settings: Settings, person: Person) -> str:
    """The page a person works on, not the public's: only checkpoints tells its own staff apart at its front door."""
    if person.has_any(Role.OFFICER):
        return "/inbox"
    if person.has_any(Role.DISPATCHER):
        return "/board"
    if person.has_any(Role.CALL_TAKER):
        return settings.url_of("intake") + "/console"
    if person.has_any(Role.FIELD_OFFICER):
        return settings.url_of("checkpoints") + "/"
    if person.has_any(Role.PRESS_OFFICER, Role.COMMITTEE):
        return settings.url_of("notifications") + "/desk"
    return settings.path_of("routing") + "/"


def _wrong(form: SignIn) -> FormErrors:
    return FormErrors(FormValues({"account": form.account}), {}, (FieldProblem("password", _WRONG),))
