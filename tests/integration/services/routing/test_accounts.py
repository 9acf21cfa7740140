"""Signing in and out in routing and beyond, making and closing accounts, API keys."""

import itertools
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx
import pytest

from services.checkpoints.app import create_app as create_checkpoints
from services.routing.accounts.staffing import DEMO_PASSWORD
from services.routing.app import create_app
from shared.ids import new_id
from shared.security.sessions import COOKIE
from shared.settings import Settings
from tests.eventually import eventually
from tests.integration.services.routing.conftest import Routing, a_person, credentials
from tests.places import MakeSettings

pytestmark = pytest.mark.kafka


def a_name(prefix: str) -> str:
    """A name that no test had before, and that no mask takes for a number."""
    return prefix + "-" + "".join(chr(ord("a") + int(digit, 16)) for digit in new_id()[-6:])


PASSWORD = "mưa chiều trên phá Tam Giang"  # noqa: S105 - of accounts that live for one test
HTML = {"Accept": "text/html"}


@asynccontextmanager
async def signed_in(
    routing: Routing, account: str, password: str = DEMO_PASSWORD
) -> AsyncIterator[httpx.AsyncClient]:
    """A program that signed in with a password and knows its form token."""
    async with routing.client() as client:
        answer = await client.post("/api/v1/sessions", json={"account": account, "password": password})
        assert answer.status_code == 201, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        yield client


async def test_a_sign_in_by_form_leads_to_the_page_that_asked(routing: Routing) -> None:
    async with routing.client() as browser:
        answer = await browser.post("/sign-in", data=credentials("cdc") | {"next": "/cases/1"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/cases/1")
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        current = (await browser.get("/api/v1/sessions/current")).json()
        assert (current["account"], current["agency"], current["roles"]) == ("cdc", "cdc", ["officer"])
        assert current["csrf_token"]


@pytest.mark.parametrize("account", [" CDC ", "Cdc"])
async def test_a_capital_letter_or_a_blank_is_no_reason_to_refuse(routing: Routing, account: str) -> None:
    async with routing.client() as browser:
        assert (await browser.post("/sign-in", data=credentials(account))).status_code == 303


@pytest.mark.parametrize("account", ["cdc", "nobody-of-that-name"])
async def test_a_wrong_password_is_told_kindly_and_alike(routing: Routing, account: str) -> None:
    async with routing.client() as browser:
        answer = await browser.post("/sign-in", data={"account": account, "password": "sai"}, headers=HTML)
    assert answer.status_code == 401
    assert "bộ gõ tiếng Việt" in answer.text
    assert f'value="{account}"' in answer.text
    assert COOKIE not in answer.headers.get("set-cookie", "")


async def test_another_sites_page_signs_nobody_in(routing: Routing) -> None:
    async with routing.client() as browser:
        answer = await browser.post("/sign-in", data=credentials("cdc"), headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403


async def test_a_guesser_is_slowed_down(routing: Routing) -> None:
    guesses = itertools.count()

    async def guess() -> int:
        data = {"account": "cdc", "password": str(next(guesses))}
        return (await guesser.post("/sign-in", data=data)).status_code

    async def is_slowed_down() -> bool:
        return await guess() == 429

    async with routing.client() as guesser:
        assert [await guess() for _ in range(20)] == [401] * 20
        assert await eventually(is_slowed_down)


async def test_signing_out_ends_the_session_in_every_service(routing: Routing) -> None:
    checkpoints = create_checkpoints(routing.settings)
    async with checkpoints.router.lifespan_context(checkpoints):
        transport = httpx.ASGITransport(app=checkpoints, raise_app_exceptions=False)
        there = httpx.AsyncClient(transport=transport, base_url=routing.settings.url_of("checkpoints"))
        async with there, signed_in(routing, "chot-hai-van") as here:
            there.cookies.set(COOKIE, here.cookies[COOKIE])

            assert await eventually(lambda: _is_known(there))
            answer = await here.post("/sign-out")
            assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
            assert f'{COOKIE}=""' in answer.headers["set-cookie"]
            assert await eventually(lambda: _is_unknown(there))


async def _is_known(client: httpx.AsyncClient) -> bool:
    return "/sign-out" in (await client.get("/dashboard", headers=HTML)).text


async def _is_unknown(client: httpx.AsyncClient) -> bool:
    return not await _is_known(client)


async def test_a_new_account_can_sign_in_and_a_closed_one_cannot(routing: Routing) -> None:
    name = a_name("moi")
    async with signed_in(routing, "van-hanh") as operator:
        form = {"key": new_id(), "id": name, "name": "Lê Mới", "roles": "officer", "agency": "police"}
        made = await operator.post("/accounts/new", data=form | {"password": PASSWORD})
        assert (made.status_code, made.headers["location"]) == (303, f"/accounts/{name}")
        async with signed_in(routing, name, PASSWORD) as officer:
            assert await _answers(officer, "/inbox", 200)
            closed = await operator.post(f"/accounts/{name}/close", data={"key": new_id()})
            assert closed.status_code == 303
            assert await _answers(officer, "/inbox", 303)
            again = await officer.post("/api/v1/sessions", json={"account": name, "password": PASSWORD})
            assert again.status_code == 401


async def _answers(client: httpx.AsyncClient, path: str, status: int) -> bool:
    return (await client.get(path)).status_code == status


async def test_a_taken_name_is_told_as_such_by_page_and_api(routing: Routing) -> None:
    async with signed_in(routing, "van-hanh") as operator:
        form = {"key": new_id(), "id": "cdc", "name": "Ai đó", "roles": "operator", "password": PASSWORD}
        page = await operator.post("/accounts/new", data=form)
        assert page.status_code == 422
        assert "Tên đăng nhập này đã có" in page.text
        assert PASSWORD not in page.text
        body = {"id": "cdc", "name": "Ai đó", "roles": ["operator"], "password": PASSWORD}
        api = await operator.post("/api/v1/accounts", json=body, headers={"Idempotency-Key": new_id()})
        assert (api.status_code, api.json()["type"].rsplit("/", 1)[-1]) == (409, "account-taken")


@pytest.mark.parametrize("name", ["a-0905123456", "046090001234", "doi-84c50059", "Hoa", "trần", "a b"])
async def test_a_name_like_a_number_is_refused_and_never_a_fault(routing: Routing, name: str) -> None:
    async with signed_in(routing, "van-hanh") as operator:
        body = {"id": name, "name": "Ai đó", "roles": ["operator"], "password": PASSWORD}
        assert (await operator.post("/api/v1/accounts", json=body)).status_code == 422
        for path in (f"{name}:close", f"{name}:open"):
            assert (await operator.post(f"/api/v1/accounts/{path}")).status_code == 404
        key = {"label": "x", "scopes": ["tasks"]}
        assert (await operator.post(f"/api/v1/accounts/{name}/keys", json=key)).status_code == 404
        assert (await operator.delete(f"/api/v1/accounts/cdc/keys/{name}")).status_code == 200
        password = {"password": PASSWORD}
        assert (await operator.put(f"/api/v1/accounts/{name}/password", json=password)).status_code == 404


async def test_a_repeated_making_is_one_account_and_other_content_a_conflict(routing: Routing) -> None:
    key, name = new_id(), a_name("lap")
    body = {"id": name, "name": "Ai đó", "roles": ["operator"], "password": PASSWORD}
    async with signed_in(routing, "van-hanh") as operator:
        answers = [
            await operator.post("/api/v1/accounts", json=body | extra, headers={"Idempotency-Key": key})
            for extra in ({}, {}, {"name": "Người khác"})
        ]
    assert [answer.status_code for answer in answers] == [201, 201, 409]
    assert answers[0].json() == answers[1].json()


async def test_a_repeated_setting_of_a_password_is_one_and_another_password_a_conflict(routing: Routing) -> None:
    name, key = a_name("dat"), {"Idempotency-Key": new_id()}
    body = {"id": name, "name": "Ai đó", "roles": ["operator"], "password": PASSWORD}
    async with signed_in(routing, "van-hanh") as operator:
        await operator.post("/api/v1/accounts", json=body)
        answers = [
            await operator.put(f"/api/v1/accounts/{name}/password", json={"password": password}, headers=key)
            for password in (f"{PASSWORD}-1", f"{PASSWORD}-1", f"{PASSWORD}-2")
        ]
    assert [answer.is_success for answer in answers] == [True, True, False]
    assert answers[2].json()["type"].endswith("idempotency-conflict")
    async with signed_in(routing, name, f"{PASSWORD}-1"):
        pass


async def test_no_hash_of_a_password_is_kept_but_argon2s(routing: Routing) -> None:
    name = a_name("mat")
    async with signed_in(routing, "van-hanh") as operator:
        body = {"id": name, "name": "Ai đó", "roles": ["operator"], "password": PASSWORD}
        first = await operator.post("/api/v1/accounts", json=body)
        other = await operator.post("/api/v1/accounts", json=body | {"id": f"{name}-2", "password": PASSWORD + "!"})
    assert (first.status_code, other.status_code) == (201, 201)
    digests = [
        (await routing.database["accounts"].find_one({"_id": each}))["applied"][0]["digest"]  # type: ignore[index]
        for each in (name, f"{name}-2")
    ]
    assert len(set(digests)) == 2  # of the ids
    stored = await routing.database["accounts"].find_one({"_id": name})
    assert stored is not None
    assert stored["state"]["password_hash"].startswith("$argon2id$")


async def test_an_api_key_is_shown_once_works_and_stops(routing: Routing) -> None:
    async with signed_in(routing, "van-hanh") as operator:
        form = {"key": new_id(), "label": "Phần mềm CDC", "scopes": ["tasks"]}
        page = await operator.post("/accounts/ky-su-cdc/keys/new", data=form)
        (text,) = re.findall(r"hv_[\w-]+", page.text)
        assert page.headers["cache-control"] == "private, no-store"
        again = await operator.post("/accounts/ky-su-cdc/keys/new", data=form, headers=HTML)
        assert (again.status_code, text in again.text) == (409, False)
        program = routing.client()
        program.headers["Authorization"] = f"Bearer {text}"
        assert await _answers(program, "/api/v1/cases", 200)
        assert (await program.get("/api/v1/accounts")).status_code == 403
        account = await operator.get("/accounts/ky-su-cdc")
        assert text not in account.text
        (key_id,) = re.findall(r"/accounts/ky-su-cdc/keys/([^/]+)/remove", account.text)
        await operator.post(f"/accounts/ky-su-cdc/keys/{key_id}/remove", data={"key": new_id()})
        assert await _answers(program, "/api/v1/cases", 401)
        await program.aclose()


async def test_nobody_closes_their_own_account(routing: Routing) -> None:
    async with routing.client("van-hanh") as operator:
        answer = await operator.post("/accounts/van-hanh/close", data={"key": new_id()}, headers=HTML)
    assert answer.status_code == 409
    assert "không thể tự đóng" in answer.text


async def test_whoever_knows_the_old_password_sets_a_new_one_and_signs_in_again(routing: Routing) -> None:
    name = a_name("doi")
    async with signed_in(routing, "van-hanh") as operator:
        body = {"id": name, "name": "Ai đó", "roles": ["operator"], "password": PASSWORD}
        await operator.post("/api/v1/accounts", json=body)
    async with signed_in(routing, name, PASSWORD) as owner:
        assert await _answers(owner, "/me", 200)
        wrong = await owner.post("/me/password", data={"current": "sai rồi", "password": PASSWORD + " mới"})
        assert (wrong.status_code, "Mật khẩu hiện tại không đúng" in wrong.text) == (422, True)
        weak = await owner.post("/me/password", data={"current": PASSWORD, "password": "ngắn"})
        assert (weak.status_code, "12–200 ký tự" in weak.text) == (422, True)
        right = await owner.post("/me/password", data={"current": PASSWORD, "password": PASSWORD + " mới"})
        assert right.headers["location"] == "/sign-in"
    async with signed_in(routing, name, PASSWORD + " mới") as owner:
        assert (await owner.get("/sign-in")).status_code == 200


async def test_every_look_and_change_is_in_the_audit(routing: Routing) -> None:
    person = a_person("van-hanh")
    audit = routing.app.state.runtime.audit
    async with signed_in(routing, "van-hanh"):
        pass
    found = await audit.search(actor=person.account, action="session.began", limit=1)
    assert found[0].actor == "van-hanh"
    assert await audit.verify() is None


async def test_a_new_installation_lets_its_operator_in_and_nobody_else(make_settings: MakeSettings) -> None:
    first, chosen = "lần đầu: đỉnh Bạch Mã", "về sau: cầu Trường Tiền"
    settings = make_settings(environment="production", operator_password=first, routing_url="https://haivan.example")

    async def begin(client: httpx.AsyncClient, account: str, password: str) -> httpx.Response:
        return await client.post("/api/v1/sessions", json={"account": account, "password": password})

    async with _in_production(settings) as client:
        made = await begin(client, "van-hanh", first)
        assert (made.status_code, made.json()["roles"]) == (201, ["operator"])
        assert "Secure" in made.headers["set-cookie"]
        assert (await begin(client, "cdc", DEMO_PASSWORD)).status_code == 401
        assert DEMO_PASSWORD not in (await client.get("/sign-in")).text
        client.headers["X-CSRF-Token"] = made.json()["csrf_token"]
        form = {"current": first, "password": chosen, "csrf_token": made.json()["csrf_token"]}
        assert (await eventually(lambda: _accepted(client, form))).headers["location"] == "/sign-in"
    async with _in_production(settings) as client:  # started again, with the first password still in its settings
        assert (await begin(client, "van-hanh", first)).status_code == 401
        assert (await begin(client, "van-hanh", chosen)).status_code == 201


@asynccontextmanager
async def _in_production(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    app, origin = create_app(settings), settings.url_of("routing")
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=origin, timeout=20, headers={"Origin": origin}) as client,
    ):
        yield client


async def _accepted(client: httpx.AsyncClient, form: Mapping[str, str]) -> httpx.Response | None:
    """The account must have reached this service's own view first."""
    answer = await client.post("/me/password", data=form)
    return answer if answer.status_code == 303 and "next=" not in answer.headers["location"] else None
