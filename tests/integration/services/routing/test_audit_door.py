"""The audit through its door: searched by ids, checked link by link, and its own searches recorded (F69)."""

import pytest

from shared.audit import ENTRIES
from tests.integration.services.routing.conftest import Routing

pytestmark = pytest.mark.kafka

SEARCH, VERIFY = "/api/v1/operations/audit:search", "/api/v1/operations/audit:verify"


async def test_who_did_what_is_found_and_the_search_is_recorded(routing: Routing) -> None:
    async with routing.client("van-hanh") as operator:
        made = await operator.post(
            "/api/v1/accounts",
            json={"id": "moi-vao", "name": "Tổ Một", "roles": ["call_taker"], "password": "đèo mây sương trắng"},
        )
        assert made.status_code == 201, made.text
        found = (await operator.post(SEARCH, json={"subject": "account/moi-vao"})).json()
        assert [(each["actor"], each["action"]) for each in found["entries"]] == [("van-hanh", "account.made")]
        assert found["before"] is None
        own = (await operator.post(SEARCH, json={"action": "audit.searched", "limit": 1})).json()
        assert own["entries"][0]["details"] == {"action": "audit.searched"}
        older = (await operator.post(SEARCH, json={"before": own["before"], "limit": 1})).json()
        assert older["entries"][0]["sequence"] == own["before"] - 1
        assert (await operator.post(SEARCH, json={"actor": "x", "since": "2999-01-01T00:00:00Z"})).status_code == 422


@pytest.mark.parametrize("subject", ["0905 123 456", "Nguyễn Văn An", "$where", ""])
async def test_nobody_is_searched_for_by_name_or_number(routing: Routing, subject: str) -> None:
    async with routing.client("van-hanh") as operator:
        answer = await operator.post(SEARCH, json={"subject": subject})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "subject"


async def test_an_altered_entry_is_told_with_its_place_and_a_kept_head_is_held_against_the_chain(
    routing: Routing,
) -> None:
    async with routing.client("ban-chi-dao") as committee:
        await committee.post(SEARCH, json={"limit": 1})
        head = (await committee.post(VERIFY, json={})).json()
        assert head["intact"] is True
        kept = {"sequence": head["sequence"], "hash": head["hash"]}
        assert (await committee.post(VERIFY, json=kept)).json()["intact"] is True
        other = (await committee.post(VERIFY, json={**kept, "hash": "0" * 64})).json()
        assert (other["intact"], other["broken_at"]) == (False, head["sequence"])
        assert (await committee.post(VERIFY, json={"sequence": 1})).status_code == 422
        entries = routing.database[ENTRIES]
        before = await entries.find_one_and_update({"_id": head["sequence"]}, {"$set": {"actor": "somebody-else"}})
        try:
            altered = (await committee.post(VERIFY, json={})).json()
            page = await committee.post("/audit/check", data={"csrf_token": committee.headers["X-CSRF-Token"]})
        finally:
            await entries.replace_one({"_id": before["_id"]}, before)
    assert (altered["intact"], altered["broken_at"]) == (False, head["sequence"])
    assert f"Chuỗi bị đứt ở mục {head['sequence']}." in page.text


async def test_the_page_finds_and_pages_without_a_script(routing: Routing) -> None:
    async with routing.client("van-hanh") as operator:
        for _ in range(51):
            await operator.post(SEARCH, json={"actor": "nobody-yet"})
        assert 'name="before"' in (await operator.get("/audit")).text
        form = {"csrf_token": operator.headers["X-CSRF-Token"], "action": "audit.searched", "subject": ""}
        first = await operator.post("/audit/find", data=form)
        assert first.status_code == 200
        assert "actor: nobody-yet" in first.text
        wrong = await operator.post("/audit/find", data=form | {"subject": "Nguyễn Văn An"})
        assert wrong.status_code == 422
        assert "error-summary" in wrong.text
        assert "Nhật ký truy vết" in (await operator.get("/dashboard")).text
