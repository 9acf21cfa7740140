"""Requests that another site makes a browser send: told apart by Origin, Sec-Fetch-Site and a form token.

A page cannot set or forge either header. Where the referrer policy is `no-referrer`, browsers send `Origin: null`
even to their own site (Fetch standard, "append a request Origin header"): then Sec-Fetch-Site alone speaks.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping

from shared.errors import Forbidden, Text

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN_HEADER = "X-CSRF-Token"  # noqa: S105 - the name of a header
TOKEN_FIELD = "csrf_token"  # noqa: S105 - the name of a form field

_BYTES = 32


class FormTokens:
    """Tokens bound to a session: without one from our own page, no change is accepted with the cookie.

    Args:
        key: 32 bytes, the same in all replicas of all four services.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def issue(self, session: str) -> str:
        """A token for forms of this session. It differs each time, so that compressed pages do not give it away."""
        pad = secrets.token_bytes(_BYTES)
        return base64.urlsafe_b64encode(pad + _xor(pad, self._secret(session))).decode()

    def is_valid(self, token: str, session: str) -> bool:
        """Whether the token was issued for this session."""
        try:
            both = base64.b64decode(token.encode(), altchars=b"-_", validate=True)
        except (binascii.Error, UnicodeEncodeError):
            return False
        return hmac.compare_digest(_xor(both[:_BYTES], both[_BYTES:]), self._secret(session))

    def _secret(self, session: str) -> bytes:
        return hmac.digest(self._key, session.encode(), hashlib.sha256)


def check_origin(headers: Mapping[str, str], origins: frozenset[str], *, required: bool) -> None:
    """Refuses a request that another site's page caused.

    Args:
        headers: the request's, looked up without regard to case.
        origins: our own, exactly as browsers write them.
        required: whether a request with neither header is refused too: yes where a cookie speaks for the sender.

    Raises:
        Forbidden: `foreign-origin`.
    """
    origin = headers.get("origin")
    site = headers.get("sec-fetch-site")
    named = origin not in {None, "null"}
    if (named and origin not in origins) or site not in {None, "same-origin"}:
        raise _foreign()
    if required and not named and site is None:
        raise _foreign()


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=False))


def _foreign() -> Forbidden:
    return Forbidden(
        "foreign-origin",
        Text(
            "Yêu cầu này đến từ một trang khác. Hãy mở lại trang của chúng tôi và thử lại.",
            "This request came from another site. Open our page again and retry.",
        ),
    )


def stale_form() -> Forbidden:
    """What a page is told whose form has no token, or another session's."""
    return Forbidden(
        "form-expired",
        Text(
            "Biểu mẫu đã cũ hoặc thuộc phiên đăng nhập khác. Hãy tải lại trang và gửi lại.",
            "This form is old or belongs to another sign-in. Reload the page and send it again.",
        ),
    )


def no_token() -> Forbidden:
    """What a program is told in the same place."""
    return Forbidden(
        "form-expired",
        Text(
            f"Hãy gửi {TOKEN_HEADER}: `csrf_token` trong trả lời của /api/v1/sessions hoặc /api/v1/sessions/current.",
            f"Send {TOKEN_HEADER}: the `csrf_token` that /api/v1/sessions and /api/v1/sessions/current answer.",
        ),
    )
