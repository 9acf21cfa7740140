"""How an app checks who is asking: one `Security` on `app.state`, and dependencies for its routes.

    install(app, build_security(settings, "intake", MongoAccountsView(database["accounts_view"])))

    @router.post("/calls")
    async def record_call(person: Annotated[Person, require(Role.CALL_TAKER)]): ...

A route that needs a person and changes something checks Origin and form token by itself; there is nothing to forget.
"""

from dataclasses import dataclass
from typing import Annotated, Any, cast
from urllib.parse import quote

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from shared.clock import Clock, now
from shared.errors import Forbidden, Text, Unauthenticated
from shared.security.accounts_view import AccountsView
from shared.security.forgery import (
    SAFE_METHODS,
    TOKEN_FIELD,
    TOKEN_HEADER,
    FormTokens,
    check_origin,
    no_token,
    stale_form,
)
from shared.security.keys import derive_key, read_key
from shared.security.links import origins_of, safe_next, sign_in_url
from shared.security.people import Person
from shared.security.sessions import COOKIE, Verifier
from shared.security.tokens import LIFETIME, TokenReader
from shared.settings import ServiceName, Settings

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """What the dependencies of one service need; stands on `app.state.security`."""

    settings: Settings
    service: ServiceName
    verifier: Verifier
    form_tokens: FormTokens

    @property
    def origins(self) -> frozenset[str]:
        """The origins under which browsers know this service."""
        return origins_of(self.settings, self.service)

    def csrf_token(self, person: Person) -> str:
        """The token for forms and for `X-CSRF-Token` on this person's pages."""
        return self.form_tokens.issue(person.session)


class SignInNeeded(Unauthenticated):
    """A page was asked for by somebody who is not signed in; answered by a way to the sign-in page.

    Args:
        location: the sign-in page with its way back.
    """

    def __init__(self, location: str) -> None:
        super().__init__("sign-in-needed", Text("Hãy đăng nhập để xem trang này.", "Sign in to see this page."))
        self.location = location


def build_security(settings: Settings, service: ServiceName, accounts: AccountsView, clock: Clock = now) -> Security:
    """The collaborators of one service, keys read from the settings."""
    return Security(
        settings=settings,
        service=service,
        verifier=Verifier(TokenReader(settings.token_public_key), accounts, clock),
        form_tokens=FormTokens(derive_key(read_key(settings.code_key), "form-tokens")),
    )


def install(app: FastAPI, security: Security) -> None:
    """Makes the dependencies of this module work in `app`."""
    app.state.security = security
    app.add_exception_handler(SignInNeeded, _lead_to_sign_in)


def require(*roles: str, scope: str | None = None) -> Any:
    """The dependency of a route for signed-in people with one of these roles (any, when none is named).

    Args:
        roles: one of them is enough.
        scope: what an API key must be allowed; without one the route is closed to API keys.
    """

    async def signed_in(request: Request) -> Person:
        person = await _person(request)
        if person is None:
            raise _unauthenticated()
        await _check_change(request, person)
        return _allowed(person, roles, scope)

    return Depends(signed_in)


def require_page(*roles: str) -> Any:
    """The dependency of a page: who is not signed in is led to the sign-in page and back."""

    async def signed_in(request: Request) -> Person:
        try:
            person = await _person(request)
        except Unauthenticated as error:
            raise _sign_in_needed(request) from error
        if person is None:
            raise _sign_in_needed(request)
        await _check_change(request, person)
        return _allowed(person, roles, None)

    return Depends(signed_in)


async def person_if_any(request: Request) -> Person | None:
    """Whoever is signed in, or None; an ended session counts as none. Proves nothing for a change."""
    try:
        return await _person(request)
    except Unauthenticated:
        return None


def person_to_greet(request: Request) -> Person | None:
    """Who is named on a page that refuses: whoever the request was found to come from, or whom the cookie names.

    Asks no store, which may be what failed, and proves nothing.
    """
    security = getattr(request.app.state, "security", None)
    if security is None or hasattr(request.state, "person"):
        return getattr(request.state, "person", None)
    token = request.cookies.get(COOKIE)
    return security.verifier.named_by(token) if token else None


async def check_own_page(request: Request) -> None:
    """For changes open to everybody: refuses what another site's page sent, lets programs without a page through."""
    if request.method not in SAFE_METHODS:
        check_origin(request.headers, _security(request).origins, required=False)


CurrentPerson = Annotated[Person, require()]
OptionalPerson = Annotated[Person | None, Depends(person_if_any)]
FromOwnPage = Depends(check_own_page)
"""For routes without a person: `@router.post("/reports", dependencies=[FromOwnPage])`."""


def set_session_cookie(response: Response, settings: Settings, token: str) -> None:
    """Signs the browser in. Secure except in the embedded run, which has no TLS."""
    response.set_cookie(COOKIE, token, max_age=int(LIFETIME.total_seconds()), **_cookie_form(settings))


def clear_session_cookie(response: Response, settings: Settings) -> None:
    """Makes the browser forget its session; ending it is routing's part."""
    response.delete_cookie(COOKIE, **_cookie_form(settings))


def _cookie_form(settings: Settings) -> dict[str, Any]:
    return {"path": "/", "httponly": True, "samesite": "lax", "secure": settings.environment != "embedded"}


def _security(request: Request) -> Security:
    return cast(Security, request.app.state.security)


async def _person(request: Request) -> Person | None:
    """Who asks; kept for the page of a refusal that may follow."""
    request.state.person = None
    request.state.person = await _recognised(request)
    return cast("Person | None", request.state.person)


async def _recognised(request: Request) -> Person | None:
    """A header goes before the cookie: a program says on purpose who it is."""
    verifier = _security(request).verifier
    if header := request.headers.get("authorization"):
        return await verifier.by_authorization(header)
    if token := request.cookies.get(COOKIE):
        return await verifier.by_cookie(token)
    return None


async def _check_change(request: Request, person: Person) -> None:
    """An API key is sent on purpose; a cookie goes along with whatever another site makes the browser send."""
    if request.method in SAFE_METHODS or person.via == "api_key":
        return
    security = _security(request)
    check_origin(request.headers, security.origins, required=True)
    if not security.form_tokens.is_valid(await _form_token(request), person.session):
        raise no_token() if request.url.path.startswith("/api/") else stale_form()


async def _form_token(request: Request) -> str:
    if token := request.headers.get(TOKEN_HEADER):
        return token
    if not request.headers.get("content-type", "").startswith(_FORMS):
        return ""
    form: FormData = await request.form()  # read once and kept by the request: the route gets the same form
    field = form.get(TOKEN_FIELD)
    return field if isinstance(field, str) else ""


def _allowed(person: Person, roles: tuple[str, ...], scope: str | None) -> Person:
    if person.via == "api_key":
        permitted = scope is not None and scope in person.scopes
    else:
        permitted = not roles or person.has_any(*roles)
    if not permitted:
        raise _forbidden(person)
    return person


def _unauthenticated() -> Unauthenticated:
    return Unauthenticated(
        "sign-in-needed",
        Text("Hãy đăng nhập hoặc gửi khóa API.", "Sign in or send an API key."),
        headers={"WWW-Authenticate": "Bearer"},
    )


def _forbidden(person: Person) -> Forbidden:
    if person.via == "api_key":
        text = Text("Khóa API này không có quyền làm việc đó.", "This API key may not do that.")
    else:
        text = Text("Tài khoản của bạn không có quyền làm việc này.", "Your account may not do this.")
    return Forbidden("not-permitted", text)


def _sign_in_needed(request: Request) -> SignInNeeded:
    security = _security(request)
    home = security.settings.url_of(security.service)
    path = quote(request.url.path) + (f"?{request.url.query}" if request.url.query else "")
    # After signing in, the browser asks with GET: only a page that was asked for so can be led back to.
    back = path if request.method in SAFE_METHODS else "/"
    return SignInNeeded(sign_in_url(security.settings, home + safe_next(security.settings, back)))


async def _lead_to_sign_in(request: Request, error: Exception) -> Response:
    """Redirects; a part of a page (htmx) is told to leave its page, for it cannot follow to another origin."""
    location = cast(SignInNeeded, error).location
    if request.headers.get("hx-request"):
        return Response(status_code=401, headers={"HX-Redirect": location, "Cache-Control": "no-store"})
    return RedirectResponse(location, status_code=303, headers={"Cache-Control": "no-store"})
