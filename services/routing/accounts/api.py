"""Accounts over HTTP, for operators; and sign-in for programs that hold a password."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel

from services.routing.accounts.commands import ChangePassword, MakeAccount, MakeKey, SignIn
from services.routing.accounts.desk import AccountDesk
from services.routing.accounts.domain import Account
from services.routing.accounts.pages import SIGN_IN_LIMIT
from shared.http import IdempotencyKey
from shared.pending import Versioned
from shared.security import CurrentPerson, FromOwnPage, Person, Role, require
from shared.security.wiring import clear_session_cookie, set_session_cookie

Operator = Annotated[Person, require(Role.OPERATOR, scope="operations")]
AccountId = Annotated[str, Path(max_length=80)]


class KeyView(BaseModel):
    id: str
    label: str
    scopes: tuple[str, ...]


class AccountView(BaseModel):
    """An account without its secrets."""

    id: str
    name: str
    roles: tuple[Role, ...]
    agency: str | None
    post: str | None
    active: bool
    keys: tuple[KeyView, ...]

    @classmethod
    def of(cls, stored: Versioned[Account]) -> "AccountView":
        account = stored.state
        keys = tuple(KeyView(id=key.id, label=key.label, scopes=key.scopes) for key in account.api_keys)
        return cls(
            id=account.id,
            name=account.name,
            roles=account.roles,
            agency=account.agency,
            post=account.post,
            active=account.active,
            keys=keys,
        )


class NewKeyView(BaseModel):
    """An API key, shown this once."""

    key: str


class SessionView(BaseModel):
    """Whose session it is, and the token (`X-CSRF-Token`) that programs send with each change."""

    account: str
    name: str
    roles: tuple[str, ...]
    agency: str | None
    post: str | None
    csrf_token: str

    @classmethod
    def of(cls, person: Person, csrf_token: str) -> "SessionView":
        return cls(
            account=person.account,
            name=person.name,
            roles=tuple(sorted(person.roles)),
            agency=person.agency,
            post=person.post,
            csrf_token=csrf_token,
        )


def router(desk: AccountDesk) -> APIRouter:
    """The routes of sessions and accounts."""
    routes = APIRouter(prefix="/api/v1", tags=["accounts"])
    _offer_sessions(routes, desk)
    _offer_accounts(routes, desk)
    return routes


def _offer_sessions(routes: APIRouter, desk: AccountDesk) -> None:
    @routes.post("/sessions", status_code=201, dependencies=[FromOwnPage, Depends(SIGN_IN_LIMIT)])
    async def sign_in(command: SignIn, request: Request, response: Response) -> SessionView:
        signed_in = await desk.sign_in(command.account, command.password)
        set_session_cookie(response, request.app.state.settings, signed_in.token)
        return SessionView.of(signed_in.person, request.app.state.security.csrf_token(signed_in.person))

    @routes.get("/sessions/current")
    async def show_session(person: CurrentPerson, request: Request) -> SessionView:
        return SessionView.of(person, request.app.state.security.csrf_token(person))

    @routes.delete("/sessions/current", status_code=204)
    async def sign_out(person: CurrentPerson, request: Request, response: Response) -> None:
        await desk.sign_out(person)
        clear_session_cookie(response, request.app.state.settings)


def _offer_accounts(routes: APIRouter, desk: AccountDesk) -> None:
    @routes.get("/accounts")
    async def list_accounts(_: Operator) -> list[AccountView]:
        return [AccountView.of(account) for account in await desk.accounts.all()]

    @routes.post("/accounts", status_code=201)
    async def make_account(command: MakeAccount, key: IdempotencyKey, operator: Operator) -> AccountView:
        return AccountView.of(await desk.make(command, key, operator.account))

    @routes.post("/accounts/{account_id}:close")
    async def close_account(account_id: AccountId, key: IdempotencyKey, operator: Operator) -> AccountView:
        return AccountView.of(await desk.activate(account_id, key, operator.account, active=False))

    @routes.post("/accounts/{account_id}:open")
    async def open_account(account_id: AccountId, key: IdempotencyKey, operator: Operator) -> AccountView:
        return AccountView.of(await desk.activate(account_id, key, operator.account, active=True))

    @routes.put("/accounts/{account_id}/password")
    async def change_password(
        account_id: AccountId, command: ChangePassword, key: IdempotencyKey, operator: Operator
    ) -> AccountView:
        return AccountView.of(await desk.change_password(account_id, command.password, key, operator.account))

    @routes.post("/accounts/{account_id}/keys", status_code=201)
    async def make_key(
        account_id: AccountId, command: MakeKey, key: IdempotencyKey, operator: Operator
    ) -> NewKeyView:
        return NewKeyView(key=await desk.make_key(account_id, command, key, operator.account))

    @routes.delete("/accounts/{account_id}/keys/{key_id}")
    async def remove_key(
        account_id: AccountId,
        key_id: Annotated[str, Path(max_length=80)],
        key: IdempotencyKey,
        operator: Operator,
    ) -> AccountView:
        return AccountView.of(await desk.remove_key(account_id, key_id, key, operator.account))
