"""People at notifications' desks, by HTTP, and the steps they take."""

from datetime import timedelta
from typing import Any

import httpx

from shared.clock import now
from shared.ids import new_id
from shared.mongo import Database
from shared.security import Person
from shared.security.accounts_view import COLLECTION, apply_account_changed
from shared.security.forgery import FormTokens
from shared.security.keys import derive_key, read_key
from shared.security.sessions import COOKIE
from shared.security.tokens import TokenIssuer
from shared.settings import Settings

PEOPLE: dict[str, dict[str, Any]] = {
    "bao-chi": {"roles": ("press_officer",)},
    "bao-chi-2": {"roles": ("press_officer",)},
    "ban-chi-dao": {"roles": ("committee",)},
    "ky-su-cdc": {"roles": ("engineer",), "agency": "cdc"},
    "ky-su-cong-an": {"roles": ("engineer",), "agency": "police"},
    "van-hanh": {"roles": ("operator",)},
    "tong-dai": {"roles": ("call_taker",)},
}


async def seat_everybody(database: Database) -> None:
    """Make the accounts known to the service, as routing's events would."""
    for account, told in PEOPLE.items():
        await apply_account_changed(database[COLLECTION], {"account_id": account, "active": True} | told, 1)


def signed_in(settings: Settings, account: str, base_url: str, transport: Any = None) -> httpx.AsyncClient:
    """A browser in which one of PEOPLE is signed in."""
    told = PEOPLE[account]
    person = Person(
        account=account, name=account, roles=frozenset(told["roles"]), agency=told.get("agency"), session=new_id()
    )
    assert settings.token_private_key is not None
    token = TokenIssuer(settings.token_private_key.get_secret_value()).issue(person, now())
    form_tokens = FormTokens(derive_key(read_key(settings.code_key), "form-tokens"))
    origin = settings.url_of("notifications")
    return httpx.AsyncClient(
        base_url=base_url,
        transport=transport,
        cookies={COOKIE: token},
        headers={"Origin": origin, "X-CSRF-Token": form_tokens.issue(person.session)},
        timeout=20,
    )


def an_alert(**fields: Any) -> dict[str, Any]:
    given = {
        "headline_vi": "Phong tỏa tạm thời chợ Đông Ba",
        "headline_en": "Đông Ba market closed for now",
        "text_vi": "Ai đến chợ ngày 20–22/11 gọi 19001075.",
        "severity": "severe",
        "expires_at": (now() + timedelta(days=1)).isoformat(),
    }
    return given | fields


async def subscribe(engineer: httpx.AsyncClient, url: str, **fields: Any) -> dict[str, Any]:
    answer = await engineer.post("/api/v1/subscriptions", json={"label": "Bảng điện tử", "url": url} | fields)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def publish(press: httpx.AsyncClient, committee: httpx.AsyncClient, **fields: Any) -> str:
    """Draft, approve, and return the alert's id."""
    drafted = await press.post("/api/v1/alerts", json=an_alert(**fields))
    assert drafted.status_code == 201, drafted.text
    alert_id = str(drafted.json()["id"])
    approved = await committee.post(f"/api/v1/alerts/{alert_id}:publish")
    assert approved.status_code == 200, approved.text
    return alert_id


async def ledger(reader: httpx.AsyncClient, alert_id: str) -> list[dict[str, Any]]:
    """Every line of an alert's ledger, page by page."""
    lines: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        params = {"size": "2"} | ({"cursor": cursor} if cursor else {})
        answer = await reader.get(f"/api/v1/alerts/{alert_id}/deliveries", params=params)
        assert answer.status_code == 200, answer.text
        lines += answer.json()["items"]
        cursor = answer.json()["next"]
    return lines
