"""What an account is and how it changes. Pure. Every change tells the whole public state."""

from dataclasses import dataclass, replace
from datetime import datetime

from shared.errors import Conflict, FieldProblem, Text, Unprocessable
from shared.events.accounts import AccountChanged, ApiKeyState
from shared.pending import Change
from shared.security.people import Role

_KEPT_SESSIONS = 200
"""Ended sessions an account remembers; a session lives 12 hours, nobody signs in 200 times in that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key of an agency's software; its secret is known to nobody here."""

    id: str
    sha256: str
    label: str
    scopes: tuple[str, ...]
    expires_at: datetime | None
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A member of staff, or an agency's software.

    Attributes:
        name: for display; travels in the person's own token and in no event.
        password_hash: argon2; None where nobody signs in with a password.
    """

    id: str
    name: str
    roles: tuple[Role, ...]
    agency: str | None = None
    post: str | None = None
    password_hash: str | None = None
    active: bool = True
    api_keys: tuple[ApiKey, ...] = ()
    sessions_ended_before: datetime | None = None
    ended_sessions: tuple[str, ...] = ()
    made_at: datetime


def decide_making(account: Account) -> Change[Account]:
    """A new account.

    Raises:
        Unprocessable: an officer or engineer without an agency, or a field officer without a post.
    """
    if {Role.OFFICER, Role.ENGINEER}.intersection(account.roles) and account.agency is None:
        raise _missing(
            "agency", "Cán bộ cơ quan và kỹ sư phải thuộc một cơ quan.", "An officer or engineer needs an agency."
        )
    if Role.FIELD_OFFICER in account.roles and account.post is None:
        raise _missing("post", "Cán bộ chốt phải thuộc một chốt.", "A field officer needs a post.")
    return _told(account)


def decide_activation(account: Account, now: datetime, *, active: bool) -> Change[Account]:
    """Close or open an account; closing it ends its sessions."""
    changed = replace(account, active=active)
    return _told(changed if active else replace(changed, sessions_ended_before=now))


def decide_sign_out(account: Account, session: str) -> Change[Account]:
    """End one session everywhere."""
    ended = (*account.ended_sessions, session)[-_KEPT_SESSIONS:]
    return _told(replace(account, ended_sessions=ended))


def decide_new_password(account: Account, password_hash: str, now: datetime) -> Change[Account]:
    """A new password ends every session that began with the old one."""
    return _told(replace(account, password_hash=password_hash, sessions_ended_before=now))


def decide_new_key(account: Account, key: ApiKey) -> Change[Account]:
    """A further API key.

    Raises:
        Conflict: the account is closed.
    """
    if not account.active:
        raise Conflict("account-closed", Text(vi="Tài khoản đã đóng.", en="This account is closed."))
    return _told(replace(account, api_keys=(*account.api_keys, key)))


def decide_key_removal(account: Account, key_id: str) -> Change[Account]:
    """The key stops working; removing it twice changes nothing."""
    kept = tuple(key for key in account.api_keys if key.id != key_id)
    return Change(account) if kept == account.api_keys else _told(replace(account, api_keys=kept))


def _told(account: Account) -> Change[Account]:
    return Change(account, (_changed(account),))


def _changed(account: Account) -> AccountChanged:
    return AccountChanged(
        account_id=account.id,
        active=account.active,
        roles=account.roles,
        agency=account.agency,
        post=account.post,
        api_keys=tuple(
            ApiKeyState(id=key.id, sha256=key.sha256, scopes=key.scopes, expires_at=key.expires_at)
            for key in account.api_keys
        ),
        sessions_ended_before=account.sessions_ended_before,
        ended_sessions=account.ended_sessions,
    )


def _missing(field: str, vi: str, en: str) -> Unprocessable:
    text = Text(vi=vi, en=en)
    return Unprocessable("invalid-fields", text, fields=[FieldProblem(field, text)])
