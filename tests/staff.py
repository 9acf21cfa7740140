"""Signing in as a test: an account with the roles one needs, known to all four services."""

from dataclasses import dataclass, field

import aiohttp

from services.routing.accounts.staffing import DEMO_PASSWORD
from tests.eventually import eventually
from tests.services import Services

EVERY_ROLE = (
    "call_taker",
    "dispatcher",
    "officer",
    "field_officer",
    "press_officer",
    "committee",
    "engineer",
    "operator",
)


@dataclass
class SignedIn:
    """A session as a browser holds it: cookie and form token; `headers(url)` are those of a page of that origin."""

    account: str
    cookie: str
    csrf: str
    extra: dict[str, str] = field(default_factory=dict)

    def headers(self, origin: str) -> dict[str, str]:
        return {
            "Cookie": f"haivan_session={self.cookie}",
            "Origin": origin,
            "X-CSRF-Token": self.csrf,
            **self.extra,
        }


async def sign_in(services: Services, account: str, password: str = DEMO_PASSWORD) -> SignedIn:
    """Begin a session at routing, as the sign-in page does."""
    origin = services["routing"].url
    async with aiohttp.ClientSession() as session:
        body = {"account": account, "password": password}
        async with session.post(f"{origin}/api/v1/sessions", json=body, headers={"Origin": origin}) as answer:
            answer.raise_for_status()
            cookie = answer.cookies["haivan_session"].value
        headers = {"Cookie": f"haivan_session={cookie}"}

        async def known() -> str | None:
            async with session.get(f"{origin}/api/v1/sessions/current", headers=headers) as answer:
                return (await answer.json())["csrf_token"] if answer.status == 200 else None

        return SignedIn(account, cookie, await eventually(known))  # its own view hears of the account on a topic


async def with_every_role(services: Services) -> SignedIn:
    """An account that may do everything, so that a test reaches what lies behind each door."""
    operator, origin = await sign_in(services, "van-hanh"), services["routing"].url
    body = {
        "id": "toan-quyen",
        "name": "Thử mọi cửa",
        "roles": list(EVERY_ROLE),
        "agency": "cdc",
        "post": "hai-van",
        "password": "mot-mat-khau-rat-dai-2026",
    }
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{origin}/api/v1/accounts", json=body, headers=operator.headers(origin)) as answer,
    ):
        assert answer.status == 201, await answer.text()
    return await sign_in(services, "toan-quyen", "mot-mat-khau-rat-dai-2026")
