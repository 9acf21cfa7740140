"""The watch list and the areas through the real door."""

from datetime import timedelta
from typing import Any

import pytest

from shared.clock import HANOI, now
from shared.ids import new_id
from tests.corpora import operators
from tests.eventually import eventually
from tests.integration.services.checkpoints.conftest import Checkpoints

pytestmark = pytest.mark.kafka


def an_entry(**fields: Any) -> dict[str, Any]:
    expires = (now() + timedelta(days=14)).isoformat()
    return {"by": "plate", "value": "43C-555.01", "reason": "evaded_post", "expires_at": expires, **fields}


async def verdict_on(checkpoints: Checkpoints, **fields: Any) -> Any:
    async with checkpoints.client("chot-hai-van") as officer:
        return (await officer.post("/api/v1/passes:judge", json={"direction": "leave", **fields})).json()["verdict"]


@pytest.mark.parametrize(
    ("by", "value", "seen", "verdict"),
    [
        ("plate", "43C-555.02", {"plate": "43c 555 02"}, "isolate"),
        ("plate", "43R-555.03", {"plate": "43C-000.01", "trailer": "43R55503"}, "isolate"),
        ("cccd", "048090990055", {"travellers": [{"cccd": "048 090 990 055"}]}, "isolate"),
        ("phone", "0905000555", {"travellers": [{"phone": "+84 905 000 555"}]}, "isolate"),
        ("name", "Đặng Thị Giả Tưởng", {"travellers": [{"name": "DANG THI GIA TUONG"}]}, "screen"),
    ],
)
async def test_what_police_look_for_is_stopped_until_they_end_it(
    checkpoints: Checkpoints, by: str, value: str, seen: dict[str, Any], verdict: str
) -> None:
    async with checkpoints.client("cong-an") as police:
        entry = (await police.post("/api/v1/watchlist", json=an_entry(by=by, value=value))).json()
        assert await verdict_on(checkpoints, **seen) == verdict
        found = (await police.post("/api/v1/watchlist:find", json={"by": by, "value": value})).json()
        assert [each["entry_id"] for each in found] == [entry["entry_id"]]
        ended = await police.post(f"/api/v1/watchlist/{entry['entry_id']}:end", json={"reason": "Đã tìm thấy."})
        assert ended.status_code == 200
    assert await verdict_on(checkpoints, **seen) == "allow"


async def test_whom_an_entry_seeks_is_in_no_event_and_no_document(checkpoints: Checkpoints) -> None:
    async with checkpoints.client("cdc") as cdc:
        body = an_entry(
            by="name", value="Phùng Thị Không Có Thật", note="Con của Phùng Thị Không Có Thật, 0905000556"
        )
        entry = (await cdc.post("/api/v1/watchlist", json=body)).json()
        sought = await cdc.post(f"/api/v1/watchlist/{entry['entry_id']}/identity", json={"reason": "Gọi lại."})
    assert sought.json()["value"] == "Phùng Thị Không Có Thật"
    stored = str(await checkpoints.database["watchlist"].find_one({"_id": entry["entry_id"]}))
    async with checkpoints.reading("checkpoints.watchlist.v1") as entries:
        (event,) = await eventually(lambda: entries.where(entry_id=entry["entry_id"]))
    for clear in ("Phùng", "phung", "905000556"):
        assert clear not in stored + str(event)
    assert await checkpoints.database["audit"].find_one({"subject": f"watchlist/{entry['entry_id']}"})


async def test_adding_again_is_one_entry_and_other_content_is_refused(checkpoints: Checkpoints) -> None:
    body, key = an_entry(value="43C-555.09"), {"Idempotency-Key": new_id()}
    async with checkpoints.client("cong-an") as police:
        answers = [await police.post("/api/v1/watchlist", json=body, headers=key) for _ in range(2)]
        other = await police.post("/api/v1/watchlist", json={**body, "reason": "other"}, headers=key)
    assert [each.status_code for each in answers] == [201, 200]
    assert other.status_code == 409


@pytest.mark.parametrize(
    ("account", "fields", "status"),
    [
        (None, {}, 401),
        ("chot-hai-van", {}, 403),
        ("chi-huy-chot", {}, 403),
        ("ban-chi-dao", {}, 201),
        ("cdc", {"expires_at": (now() - timedelta(days=1)).isoformat()}, 422),
        ("cdc", {"by": "cccd"}, 422),
        ("cdc", {"by": "name", "value": "An"}, 422),
        ("cdc", {"reason": "because"}, 422),
    ],
)
async def test_who_may_add_what(
    checkpoints: Checkpoints, account: str | None, fields: dict[str, Any], status: int
) -> None:
    async with checkpoints.client(account) as client:
        assert (await client.post("/api/v1/watchlist", json=an_entry(**fields))).status_code == status


async def test_operators_find_nothing(checkpoints: Checkpoints) -> None:
    async with checkpoints.client("cong-an") as police:
        for operator in operators():
            for body in ({"by": "name", "value": operator}, {"by": operator, "value": "43C-555.01"}):
                answer = await police.post("/api/v1/watchlist:find", json=body)
                assert answer.status_code in {200, 422, 429}
                assert answer.status_code != 200 or answer.json() == []


async def test_the_profile_s_areas_are_told_and_a_new_measure_applies_from_its_0h(checkpoints: Checkpoints) -> None:
    midnight = now().astimezone(HANOI).replace(hour=0, minute=0, second=0, microsecond=0)
    body = {"name": "Quảng Trị", "measure": "test", "effective_from": midnight.isoformat()}
    seen = {"direction": "enter", "travellers": [{"coming_from": "Quảng Trị"}]}
    async with checkpoints.client("ban-chi-dao") as committee:
        declared = await committee.put("/api/v1/areas/quang-tri", json=body)
        assert (declared.status_code, declared.headers["etag"]) == (200, '"1"')
        before = (midnight - timedelta(milliseconds=1)).isoformat()
        assert await verdict_on(checkpoints, **seen, observed_at=before) == "allow"
        assert await verdict_on(checkpoints, **seen, observed_at=midnight.isoformat()) == "test"
        stale = await committee.post(
            "/api/v1/areas/quang-tri:end",
            json={"effective_until": (midnight + timedelta(days=1)).isoformat()},
            headers={"If-Match": '"7"'},
        )
        assert stale.status_code == 412
        stale = await committee.put("/api/v1/areas/quang-tri", json=body, headers={"If-Match": '"7"'})
        assert stale.status_code == 412
        again = await committee.put("/api/v1/areas/quang-tri", json=body, headers={"If-Match": '"1"'})
        assert (again.status_code, again.headers["etag"]) == (200, '"2"')
    async with checkpoints.client("cong-an") as police:
        assert (await police.put("/api/v1/areas/quang-tri", json=body)).status_code == 403
        assert {"da-nang", "quang-tri"} <= {each["area_id"] for each in (await police.get("/api/v1/areas")).json()}
    async with checkpoints.reading("checkpoints.areas.v1") as areas:
        await eventually(lambda: areas.where(area_id="quang-tri", measure="test"))
        await eventually(lambda: areas.where(area_id="da-nang"))


async def test_starting_again_seeds_nothing_twice(checkpoints: Checkpoints) -> None:
    before = await checkpoints.database["watchlist"].count_documents({})
    from services.checkpoints.app import area_desk, watch_desk
    from shared.runtime import Runtime

    runtime = Runtime("checkpoints", checkpoints.settings)
    await area_desk(runtime).seed()
    await watch_desk(runtime).seed()
    assert await checkpoints.database["watchlist"].count_documents({}) == before
    versions = {each["version"] async for each in checkpoints.database["areas"].find({"_id": "da-nang"})}
    assert versions == {1}
    runtime.client.close()
