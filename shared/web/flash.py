"""One sentence carried over a redirect ("Đã lưu"), in a short-lived cookie. Never anything about a person."""

import base64
import binascii

from starlette.requests import Request
from starlette.responses import Response

COOKIE = "haivan_flash"
_SECONDS = 60
_LONGEST = 300


def keep_flash(request: Request, response: Response, sentence: str) -> None:
    """Has the next page say `sentence` once."""
    packed = base64.urlsafe_b64encode(sentence[:_LONGEST].encode()).decode().rstrip("=")
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, packed, max_age=_SECONDS, httponly=True, samesite="lax", secure=secure)


def flash_of(request: Request) -> str:
    """The sentence to say, or nothing; a cookie somebody made up by hand is nothing."""
    packed = request.cookies.get(COOKIE, "")[: _LONGEST * 6]
    try:
        return base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()[:_LONGEST]
    except (binascii.Error, ValueError):
        return ""


def forget_flash(request: Request, response: Response) -> None:
    if COOKIE in request.cookies:
        response.delete_cookie(COOKIE)
