"""From a cookie or an `Authorization` header to the person behind it."""

from dataclasses import replace
from datetime import datetime

from shared.clock import Clock
from shared.errors import Text, Unauthenticated
from shared.security.accounts_view import AccountsView, ApiKeyView
from shared.security.api_keys import read_api_key
from shared.security.people import Person
from shared.security.tokens import TokenReader

COOKIE = "haivan_session"
"""One cookie for all four services: cookies ignore ports."""

_SCHEME = "bearer "


class Verifier:
    """Knows whose token or key it is, and whether it still counts.

    Args:
        tokens: reads tokens with routing's public key.
        accounts: the service's projection of accounts: roles there are newer than those in a token.
        clock: the present in UTC.
    """

    def __init__(self, tokens: TokenReader, accounts: AccountsView, clock: Clock) -> None:
        self._tokens = tokens
        self._accounts = accounts
        self._clock = clock

    async def by_cookie(self, token: str) -> Person:
        """The person signed in with this token.

        Raises:
            Unauthenticated: `session-expired`, `token-invalid` or `session-ended`.
        """
        session = self._tokens.read(token, self._clock())
        person = session.person
        account = await self._accounts.account(person.account)
        if account is None or account.has_ended(person.session, session.issued_at):
            raise _ended()
        return replace(person, roles=account.roles, agency=account.agency, post=account.post)

    def named_by(self, token: str) -> Person | None:
        """Whom a token names, without asking whether it still counts: for a page that greets and offers nothing."""
        try:
            return self._tokens.read(token, self._clock()).person
        except Unauthenticated:
            return None

    async def by_authorization(self, header: str) -> Person:
        """The program that shows `Bearer hv_<key id>_<secret>`.

        Raises:
            Unauthenticated: `api-key-invalid`, whatever is wrong with it.
        """
        presented = read_api_key(header[len(_SCHEME) :]) if header.lower().startswith(_SCHEME) else None
        key = await self._accounts.api_key(presented.id) if presented else None
        if presented is None or key is None or not presented.is_key_with(key.sha256):
            raise _invalid_key()
        if not key.owner.active or _is_over(key, self._clock()):
            raise _invalid_key()
        return _program(key)


def _is_over(key: ApiKeyView, now: datetime) -> bool:
    return key.expires_at is not None and key.expires_at <= now


def _program(key: ApiKeyView) -> Person:
    return Person(
        account=key.owner.account,
        name=key.id,
        roles=key.owner.roles,
        agency=key.owner.agency,
        post=key.owner.post,
        via="api_key",
        session=key.id,
        scopes=key.scopes,
    )


def _ended() -> Unauthenticated:
    return Unauthenticated(
        "session-ended",
        Text("Phiên làm việc đã kết thúc. Hãy đăng nhập lại.", "This session has ended. Sign in again."),
    )


def _invalid_key() -> Unauthenticated:
    return Unauthenticated(
        "api-key-invalid",
        Text(
            "Khóa API không hợp lệ, đã hết hạn hoặc đã bị thu hồi. Hãy tạo khóa mới.",
            "This API key is not valid, has expired or was revoked. Make a new one.",
        ),
        headers={"WWW-Authenticate": "Bearer"},
    )
