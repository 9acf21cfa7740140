"""The corpora against every form and every JSON door of routing: nothing is 5xx, nothing is obeyed."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from shared.ids import new_id
from tests.corpora import json_bodies, naughty_strings, operators
from tests.integration.services.routing.conftest import Routing

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]

FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "/tasks/acknowledge": ("cdc", {"task": "t-1", "back": "/inbox"}),
    "/cases/nothing/tasks/nothing": ("cdc", {"step": "reply", "text": "x", "key": new_id(), "seen": "0"}),
    "/agency/test-task": ("ky-su-cdc", {"key": "x"}),
    "/accounts/new": (
        "van-hanh",
        {"key": new_id(), "id": "x", "name": "x", "roles": "operator", "agency": "", "post": "", "password": "x"},
    ),
    "/accounts/cdc/keys/new": ("van-hanh", {"key": new_id(), "label": "x", "scopes": "tasks", "expires_at": ""}),
    "/accounts/cdc/password/new": ("van-hanh", {"key": new_id(), "password": "x"}),
    "/accounts/nobody/close": ("van-hanh", {"key": new_id()}),
    "/accounts/nobody/open": ("van-hanh", {"key": new_id()}),
    "/accounts/nobody/keys/nothing/remove": ("van-hanh", {"key": new_id()}),
}
DOORS: dict[str, tuple[str, tuple[str, ...]]] = {
    "/api/v1/sessions": ("", ("account", "password", "next")),
    "/api/v1/accounts": ("van-hanh", ("id", "name", "roles", "agency", "post", "password")),
    "/api/v1/accounts/nobody/keys": ("van-hanh", ("label", "scopes", "expires_at")),
    "/api/v1/tasks/nothing:reply": ("cdc", ("text",)),
    "/api/v1/tasks/nothing:acknowledge": ("cdc", ()),
    "/api/v1/agencies/cdc/test-task": ("ky-su-cdc", ()),
}


def _strings() -> Iterator[str]:
    for each in naughty_strings():
        if not any("\ud800" <= letter <= "\udfff" for letter in each.text):  # no browser can send these
            yield each.text
    for value in operators():
        yield json.dumps(value)


@pytest.mark.parametrize("path", FORMS)
async def test_no_form_fails_whatever_is_typed_into_one_field(routing: Routing, path: str) -> None:
    account, form = FORMS[path]
    async with routing.client(account) as client:
        for name in form:
            for text in _strings():
                answer = await client.post(path, data=form | {name: text}, headers={"Accept": "text/html"})
                assert answer.status_code < 500, (name, text)


@pytest.mark.parametrize("path", ["/sign-in", "/me/password"])
async def test_no_password_form_fails(routing: Routing, path: str) -> None:
    for text in list(_strings())[::4]:
        async with routing.client("cdc") as client:  # an address of its own each time, for the rate limit
            answer = await client.post(path, data={"account": text, "password": text, "current": text, "next": text})
        assert answer.status_code in {401, 422}, text


@pytest.mark.parametrize("path", DOORS)
async def test_no_json_door_fails_and_no_operator_is_obeyed(routing: Routing, path: str) -> None:
    account, fields = DOORS[path]
    bodies = [case.body for case in json_bodies()]
    bodies += [json.dumps(dict.fromkeys(fields, value)).encode() for value in operators()]
    for body in bodies:
        async with routing.client(account or None) as client:
            answer = await client.post(path, content=body, headers={"Content-Type": "application/json"})
        assert 400 <= answer.status_code < 500 or not fields, (body[:80], answer.status_code)


@pytest.mark.parametrize("value", [{"$gt": ""}, {"$ne": None}, {"$regex": ".*"}, ["cdc"], 7, True, None])
async def test_an_operator_signs_nobody_in(routing: Routing, value: Any) -> None:
    async with routing.client() as client:
        for body in ({"account": value, "password": "x"}, {"account": "cdc", "password": value}):
            assert (await client.post("/api/v1/sessions", json=body)).status_code == 422


@pytest.mark.parametrize(
    "query",
    ["urgency[$gt]=", "urgency=%24gt", "ward[$regex]=.*", "status=open&status[$ne]=open", "cursor=%7B%22%24gt%22%7D"],
)
async def test_an_operator_in_an_address_finds_nothing_more(routing: Routing, query: str) -> None:
    async with routing.client("dieu-phoi") as dispatcher:
        plain = httpx.QueryParams(query)
        for path in ("/board", "/api/v1/cases"):
            answer = await dispatcher.get(f"{path}?{query}")
            assert answer.status_code in ({422} if "urgency" in plain or "cursor" in plain else {200, 422})
