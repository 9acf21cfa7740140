"""The person or program behind a request."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Role(StrEnum):
    """What an account may be. Jurisdiction (agency, post) stands beside the role, never in it."""

    CALL_TAKER = "call_taker"
    DISPATCHER = "dispatcher"
    OFFICER = "officer"
    FIELD_OFFICER = "field_officer"
    PRESS_OFFICER = "press_officer"
    COMMITTEE = "committee"
    ENGINEER = "engineer"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whoever is signed in.

    Attributes:
        account: the account's id, which is what records and audit entries name.
        name: for display only; an API key shows its key id.
        roles: what the account may do, as its view knows it now.
        agency: the agency it belongs to, if any.
        post: the checkpoint it works at, if any.
        via: how it signed in.
        session: the session's id, or the API key's id.
        scopes: what the API key may do; empty for a session.
    """

    account: str
    name: str
    roles: frozenset[str]
    agency: str | None = None
    post: str | None = None
    via: Literal["session", "api_key"] = "session"
    session: str
    scopes: frozenset[str] = frozenset()

    def has_any(self, *roles: str) -> bool:
        """Whether the person has at least one of these roles."""
        return not self.roles.isdisjoint(roles)
