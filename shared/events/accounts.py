"""Who may do what (`routing.accounts.v1`, compacted): each account's whole public state, no names, no secrets."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from shared.events.cases import Slug
from shared.events.contract import Event, event
from shared.events.reports import EventPart, Id
from shared.topics import ROUTING_ACCOUNTS


class ApiKeyState(EventPart):
    """An API key: its id, the SHA-256 of its 256-bit secret, what it may do and until when."""

    id: Id
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    scopes: tuple[Slug, ...] = ()
    expires_at: datetime | None = None


@event(
    "routing.accounts.changed",
    topic=ROUTING_ACCOUNTS,
    subject="account_id",
    producer="routing.accounts",
    consumers=("intake.accounts", "routing.accounts", "checkpoints.accounts", "notifications.accounts"),
    example={
        "account_id": "cdc-officer",
        "active": True,
        "roles": ["officer"],
        "agency": "cdc",
        "api_keys": [],
        "sessions_ended_before": None,
        "ended_sessions": [],
    },
)
class AccountChanged(Event):
    """The whole public state of an account after a change. An unknown or inactive account may do nothing."""

    account_id: Id
    active: bool
    roles: tuple[Slug, ...]
    agency: Slug | None = None
    post: Slug | None = None
    api_keys: tuple[ApiKeyState, ...] = ()
    sessions_ended_before: datetime | None = None
    ended_sessions: tuple[Id, ...] = ()
