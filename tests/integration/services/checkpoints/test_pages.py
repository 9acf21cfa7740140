"""The pages as people of each kind get them: rendered, sound, in both languages; forms from end to end."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from shared.clock import HANOI, now
from shared.ids import new_id
from tests.integration.services.checkpoints.conftest import PEOPLE, Checkpoints
from tests.unit.shared.web.markup_faults import faults_of

pytestmark = pytest.mark.kafka

PAGES = {
    "chot-hai-van": ("/posts/hai-van",),
    "chi-huy-chot": ("/", "/posts/la-son", "/permits", "/permits/new", "/permits?day=2026-11-23", "/flags", "/areas"),
    "cong-an": ("/", "/watchlist", "/watchlist/new", "/flags?open=true", "/permits"),
    "cdc": ("/", "/watchlist"),
    "ban-chi-dao": ("/", "/areas", "/watchlist", "/permits/new"),
    "giao-duc": ("/", "/areas", "/flags"),
}


async def posted(client: httpx.AsyncClient, path: str, **fields: Any) -> httpx.Response:
    return await client.post(path, data={"csrf_token": client.headers["X-CSRF-Token"], **fields})


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("account", PAGES)
@pytest.mark.parametrize("language", ["vi", "en"])
async def test_every_page_is_sound_in_both_languages(checkpoints: Checkpoints, account: str, language: str) -> None:
    async with checkpoints.client(account) as client:
        for path in PAGES[account]:
            answer = await client.get(path, params={**httpx.URL(path).params, "lang": language})
            assert answer.status_code == 200, path
            assert faults_of(answer.text) == [], path


@pytest.mark.parametrize("account", PEOPLE)
async def test_nobody_is_shown_a_way_that_is_closed(checkpoints: Checkpoints, account: str) -> None:
    async with checkpoints.client(account) as client:
        page = (await client.get("/areas")).text
        bar = re.search(r'<nav class="local-nav".*?</nav>', page, re.DOTALL)
        assert bar, page
        ways = re.findall(r'href="(/[^"]*)"', bar[0])
        assert "/areas" in ways
        for way in ways:
            assert (await client.get(way, follow_redirects=True)).status_code == 200, way


@pytest.mark.parametrize("path", ["/", "/posts/hai-van", "/permits", "/watchlist", "/areas", "/flags"])
async def test_who_is_not_signed_in_is_led_to_the_sign_in_page_and_back(checkpoints: Checkpoints, path: str) -> None:
    async with checkpoints.client() as client:
        answer = await client.get(path)
    assert answer.status_code == 303
    assert "/sign-in?next=" in answer.headers["location"]


@pytest.mark.parametrize(
    ("account", "path"),
    [
        ("chot-hai-van", "/posts/la-son"),
        ("chot-hai-van", "/permits"),
        ("chi-huy-chot", "/watchlist"),
        ("cong-an", "/permits/new"),
        ("giao-duc", "/posts/hai-van"),
        ("tong-dai", "/flags"),
    ],
)
async def test_others_pages_are_refused(checkpoints: Checkpoints, account: str, path: str) -> None:
    async with checkpoints.client(account) as client:
        assert (await client.get(path)).status_code == 403


async def test_a_field_officer_s_front_page_is_their_post(checkpoints: Checkpoints) -> None:
    async with checkpoints.client("chot-hai-van") as officer:
        assert (await officer.get("/")).headers["location"] == "/posts/hai-van"


async def test_without_javascript_a_pass_is_a_form_and_a_verdict(checkpoints: Checkpoints) -> None:
    async with checkpoints.client("chot-hai-van") as officer:
        pass_id = hidden((await officer.get("/posts/hai-van")).text, "pass_id")
        fields = {"pass_id": pass_id, "direction": "enter", "plate": "75a-999.01", "people": "2", "permit_code": ""}
        for _ in range(2):
            answer = await posted(officer, "/posts/hai-van/passes", **fields)
            assert (answer.status_code, answer.headers["location"]) == (303, f"/passes/{pass_id}")
        verdict = await officer.get(f"/passes/{pass_id}")
    assert faults_of(verdict.text) == []
    assert "CÁCH LY" in verdict.text
    assert "999" not in verdict.text
    assert await checkpoints.database["passes"].count_documents({"_id": pass_id}) == 1


async def test_a_mistyped_code_is_asked_for_again_before_anybody_is_stopped(checkpoints: Checkpoints) -> None:
    fields = {"pass_id": new_id(), "direction": "enter", "plate": "75A-999.77", "permit_code": "ABCDE-FGHJK"}
    async with checkpoints.client("chot-hai-van") as officer:
        again = await posted(officer, "/posts/hai-van/passes", **fields)
        assert (again.status_code, faults_of(again.text)) == (422, [])
        assert "75A99977" in again.text
        sure = await posted(officer, "/posts/hai-van/passes", **fields, code_as_is="yes")
        assert sure.status_code == 303


async def test_a_permit_is_issued_found_and_revoked_after_a_confirmation(checkpoints: Checkpoints) -> None:
    midnight = now().astimezone(HANOI).replace(hour=0, minute=0, second=0, microsecond=0)
    days = [(midnight + timedelta(days=number)).strftime("%Y-%m-%dT%H:%M") for number in (-8, 34)]
    async with checkpoints.client("chi-huy-chot") as command:
        permit_id = hidden((await command.get("/permits/new")).text, "id")
        fields = {
            "id": permit_id,
            "purpose": "freight",
            "plate": "75C-810.01",
            "valid_from": days[0],
            "valid_until": days[1],
            "posts": ["hai-van", "la-son"],
        }
        assert (await posted(command, "/permits", **fields)).status_code == 303
        page = (await command.get(f"/permits/{permit_id}")).text
        assert faults_of(page) == []
        assert permit_id in (await posted(command, "/permits/find", wanted="75c 810 01")).text
        why = {"key": hidden(page, "key"), "reason": "Khai sai nơi đến."}
        confirm = await posted(command, f"/permits/{permit_id}/revoke", **why)
        assert (confirm.status_code, faults_of(confirm.text)) == (200, [])
        assert (await posted(command, f"/permits/{permit_id}/revoke", **why, sure="yes")).status_code == 303
        assert "Khai sai nơi đến." in (await command.get(f"/permits/{permit_id}")).text


async def test_forms_with_faults_come_back_with_what_was_typed(checkpoints: Checkpoints) -> None:
    cases = {
        ("chi-huy-chot", "/permits"): {"id": new_id(), "plate": "75C-820.01"},
        ("cong-an", "/watchlist"): {"id": new_id(), "by": "phone", "value": "không có số"},
        ("cong-an", "/watchlist/find"): {"by": "cccd", "value": "123"},
        ("ban-chi-dao", "/areas"): {"key": new_id(), "name": "Quảng Nam", "from_day": "mai"},
        ("chot-hai-van", "/posts/hai-van/passes"): {"pass_id": new_id(), "plate": "75A-1", "direction": "up"},
    }
    for (account, path), fields in cases.items():
        async with checkpoints.client(account) as client:
            answer = await posted(client, path, **fields)
            assert (answer.status_code, faults_of(answer.text)) == (422, []), path
            typed = list(fields.values())[1]
            assert typed in answer.text, path


async def test_an_entry_is_added_and_ended_with_a_reason(checkpoints: Checkpoints) -> None:
    async with checkpoints.client("cong-an") as police:
        entry_id = hidden((await police.get("/watchlist/new")).text, "id")
        fields = {"id": entry_id, "by": "plate", "value": "43A-830.01", "reason": "evaded_post"}
        until = re.search(r'name="expires_at"[^>]* value="([^"]+)"', (await police.get("/watchlist/new")).text)
        assert until
        assert (await posted(police, "/watchlist", **fields, expires_at=until[1])).status_code == 303
        page = (await police.get(f"/watchlist/{entry_id}/end")).text
        assert faults_of(page) == []
        ended = await posted(police, f"/watchlist/{entry_id}/end", key=hidden(page, "key"), reason="Đã tìm thấy.")
        assert ended.status_code == 303


async def test_an_area_is_declared_from_0h_in_hue_and_ended(checkpoints: Checkpoints) -> None:
    async with checkpoints.client("ban-chi-dao") as committee:
        fields = {"key": new_id(), "name": "Quảng Ngãi", "called": "QNg, Dung Quất", "measure": "test", "days": "14"}
        assert (await posted(committee, "/areas", **fields, from_day="2026-11-20")).status_code == 303
        late = await posted(committee, "/areas/quang-ngai/end", key=new_id(), version="7", until_day="2026-11-25")
        assert late.status_code == 412
        ended = await posted(committee, "/areas/quang-ngai/end", key=new_id(), version="1", until_day="2026-11-25")
        assert ended.status_code == 303
        area = (await committee.get("/api/v1/areas/quang-ngai")).json()
    (period,) = area["periods"]
    assert (period["effective_from"], period["effective_until"]) == ("2026-11-19T17:00:00Z", "2026-11-24T17:00:00Z")
    assert area["called"] == ["QNg", "Dung Quất"]


async def test_the_scripts_of_the_field_page_are_served_and_nothing_is_inline(checkpoints: Checkpoints) -> None:
    async with checkpoints.client("chot-hai-van") as officer:
        page = (await officer.get("/posts/hai-van")).text
        for name in ("pass_queue.js", "pass_page.js", "passes.css"):
            address = re.search(rf'"(/static/{name}\?v=\w+)"', page)
            assert address
            assert (await officer.get(address[1])).status_code == 200
    assert not re.search(r"<script(?![^>]* src=)", page)
