"""The staff who play along: each signs in once at routing and then knocks at all four services."""

import asyncio
from collections.abc import Mapping

from deploy.demo.doors import Caller, Doors
from deploy.embedded.errors import CannotRun
from services.routing.accounts.staffing import DEMO_PASSWORD
from shared.security.forgery import TOKEN_HEADER
from shared.security.sessions import COOKIE

OFFICERS = {
    "cdc": "cdc",
    "hospital": "benh-vien",
    "police": "cong-an",
    "checkpoint": "chi-huy-chot",
    "information-desk": "thong-tin",
    "education": "giao-duc",
}
"""The officer's account of each agency."""

CALL_TAKER, POSTS_COMMAND, POST_OFFICER = "tong-dai", "chi-huy-chot", "chot-hai-van"
PRESS, COMMITTEE, ENGINEER, OPERATOR = "bao-chi", "ban-chi-dao", "ky-su-cdc", "van-hanh"


class Staff:
    """Signs people in when they are first needed."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._callers: dict[str, asyncio.Task[Caller]] = {}

    async def caller(self, account: str) -> Caller:
        """Who knocks in the name of this account, with cookie and form token.

        Raises:
            CannotRun: the account's password is no longer the demo's.
        """
        if account not in self._callers:
            self._callers[account] = asyncio.create_task(self._sign_in(account))
        return await asyncio.shield(self._callers[account])

    async def _sign_in(self, account: str) -> Caller:
        stranger = Caller.of(account)
        body = {"account": account, "password": DEMO_PASSWORD}
        answered = await self._doors.post("routing", "/api/v1/sessions", body, stranger)
        if not answered.is_yes:
            raise CannotRun(
                f"{account} cannot sign in ({answered.status} {answered.slug}).",
                "The demo needs its own accounts with their first password: those of the embedded run (`./haivan "
                "reset` makes everything anew) or of an installation for practice.",
            )
        cookie = {"Cookie": f"{COOKIE}={_cookie(answered.headers)}"}
        return Caller(stranger.address, {**cookie, TOKEN_HEADER: answered.body["csrf_token"]})


def _cookie(headers: Mapping[str, str]) -> str:
    """The token out of `haivan_session=<token>; Path=/; …`."""
    return headers["Set-Cookie"].split(";", 1)[0].partition("=")[2]
