"""What may be asked of accounts, by page and HTTP alike."""

from typing import Annotated, Literal

from pydantic import Field

from shared.identity.chosen_ids import ChosenId
from shared.security.people import Role
from shared.text import Command, Line, Name, RecordId, Slug, Timestamp

Password = Annotated[str, Field(min_length=1, max_length=200)]


class SignIn(Command):
    account: Annotated[str, Field(min_length=1, max_length=80)]
    password: Password
    next: Annotated[str, Field(max_length=2_000)] | None = None


class MakeAccount(Command):
    id: ChosenId
    name: Name
    roles: Annotated[tuple[Role, ...], Field(min_length=1, max_length=8)]
    agency: Slug | None = None
    post: Slug | None = None
    password: Password


class ChangePassword(Command):
    password: Password


class ChangeOwnPassword(Command):
    current: Password
    password: Password


Scope = Literal["identity", "tasks", "calls", "alerts", "subscriptions", "operations"]
"""What an API key may be allowed; a route that takes keys names its scope."""


class MakeKey(Command):
    """An API key for an agency's own software."""

    label: Line
    scopes: Annotated[tuple[Scope, ...], Field(min_length=1)]
    expires_at: Timestamp | None = None


class AccountForm(MakeAccount):
    """A new account as the page sends it; the page made the key."""

    key: RecordId

    def command(self) -> MakeAccount:
        return MakeAccount.model_validate(self.model_dump(exclude={"key"}))


class PasswordForm(ChangePassword):
    key: RecordId


class KeyForm(MakeKey):
    key: RecordId

    def command(self) -> MakeKey:
        return MakeKey.model_validate(self.model_dump(exclude={"key"}))


class ConfirmForm(Command):
    """A yes on a confirmation page."""

    key: RecordId
