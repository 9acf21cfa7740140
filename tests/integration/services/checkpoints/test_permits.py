"""Permits from the issue to the post: codes, plates, time, revocation."""

from datetime import timedelta
from typing import Any

import pytest

from shared.clock import now
from shared.ids import new_id
from tests.eventually import eventually
from tests.integration.services.checkpoints.conftest import Checkpoints

pytestmark = pytest.mark.kafka


def a_permit(**fields: Any) -> dict[str, Any]:
    begin, end = now() - timedelta(hours=1), now() + timedelta(days=1)
    given = {
        "purpose": "freight",
        "plate": "75C-111.11",
        "valid_from": begin.isoformat(),
        "valid_until": end.isoformat(),
    }
    return {**given, **fields}


async def verdict_on(checkpoints: Checkpoints, plate: str | None, code: str | None = None, **fields: Any) -> Any:
    body = {"direction": "enter", "plate": plate, "permit_code": code, **fields}
    async with checkpoints.client("chot-hai-van") as officer:
        return (await officer.post("/api/v1/passes:judge", json=body)).json()


async def test_a_permit_opens_the_way_for_its_vehicle_by_code_and_by_plate(checkpoints: Checkpoints) -> None:
    async with checkpoints.client("chi-huy-chot") as command:
        made = await command.post("/api/v1/permits", json=a_permit(plate="75C-200.01", trailer="75R-200.02"))
    assert made.status_code == 201
    permit = made.json()
    for plate, code in (("75C20001", permit["code"]), ("75R-200.02", permit["code"].lower()), ("75c 200.01", None)):
        found = await verdict_on(checkpoints, plate, code)
        assert (found["verdict"], found["permit_id"]) == ("allow", permit["permit_id"])
    async with checkpoints.reading("checkpoints.permits.v1") as permits:
        (event,) = await eventually(lambda: permits.where(permit_id=permit["permit_id"]))
    assert "20001" not in str(event)


async def test_bad_permits_are_turned_back_and_flagged(checkpoints: Checkpoints) -> None:
    over = {
        "valid_from": (now() - timedelta(days=3)).isoformat(),
        "valid_until": (now() - timedelta(days=1)).isoformat(),
    }
    async with checkpoints.client("chi-huy-chot") as command:
        expired = (await command.post("/api/v1/permits", json=a_permit(plate="75C-300.01", **over))).json()
        good = (await command.post("/api/v1/permits", json=a_permit(plate="75C-300.02"))).json()
        gone = (await command.post("/api/v1/permits", json=a_permit(plate="75C-300.03"))).json()
        revoked = await command.post(f"/api/v1/permits/{gone['permit_id']}:revoke", json={"reason": "Khai sai."})
        assert (revoked.status_code, revoked.json()["standing"]) == (200, "revoked")
    spoilt = good["code"][:-1] + ("0" if good["code"][-1] != "0" else "1")
    cases = {
        ("75C-300.01", expired["code"]): ("refuse", "permit_expired"),
        ("75C-300.03", gone["code"]): ("refuse", "permit_revoked"),
        ("75C-999.99", good["code"]): ("refuse", "permit_other_vehicle"),
        ("75C-300.02", spoilt): ("screen", "permit_mistyped"),
    }
    for (plate, code), (verdict, reason) in cases.items():
        found = await verdict_on(checkpoints, plate, code)
        assert (found["verdict"], found["flags"]) == (verdict, ["bad_permit"])
        assert reason in {each["reason"] for each in found["reasons"]}


async def test_what_was_uploaded_late_is_judged_by_the_permit_of_then(checkpoints: Checkpoints) -> None:
    async with checkpoints.client("chi-huy-chot") as command:
        permit = (await command.post("/api/v1/permits", json=a_permit(plate="75C-400.01"))).json()
        await command.post(f"/api/v1/permits/{permit['permit_id']}:revoke", json={"reason": "Khai sai."})
    earlier = (now() - timedelta(minutes=30)).isoformat()
    assert (await verdict_on(checkpoints, "75C-400.01", permit["code"], observed_at=earlier))["verdict"] == "allow"
    assert (await verdict_on(checkpoints, "75C-400.01", permit["code"]))["verdict"] == "refuse"


async def test_issuing_again_gives_the_same_permit_and_other_content_is_refused(checkpoints: Checkpoints) -> None:
    body, key = a_permit(plate="75C-500.01"), {"Idempotency-Key": new_id()}
    async with checkpoints.client("chi-huy-chot") as command:
        first = await command.post("/api/v1/permits", json=body, headers=key)
        again = await command.post("/api/v1/permits", json=body, headers=key)
        other = await command.post("/api/v1/permits", json={**body, "purpose": "medical"}, headers=key)
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json()["code"] == again.json()["code"]


async def test_permits_are_found_by_code_and_plate_and_every_look_up_is_recorded(checkpoints: Checkpoints) -> None:
    async with checkpoints.client("chi-huy-chot") as command, checkpoints.client("cong-an") as police:
        permit = (
            await command.post("/api/v1/permits", json=a_permit(plate="75C-600.01", holder_name="Lê Ánh"))
        ).json()
        for wanted in ({"code": permit["code"]}, {"plate": "75c-600.01"}):
            found = (await police.post("/api/v1/permits:find", json=wanted)).json()
            assert [each["permit_id"] for each in found] == [permit["permit_id"]]
        mistyped = permit["code"][:-1] + ("0" if permit["code"][-1] != "0" else "1")
        assert (await police.post("/api/v1/permits:find", json={"code": mistyped})).status_code == 422
        path = f"/api/v1/permits/{permit['permit_id']}/identity"
        holder = (await police.post(path, json={"reason": "Xe gây tai nạn."})).json()
        assert (holder["plate"], holder["holder_name"]) == ("75C60001", "Lê Ánh")
    assert await checkpoints.database["audit"].count_documents({"action": "permit.searched", "actor": "cong-an"}) >= 2


@pytest.mark.parametrize(
    ("account", "fields", "status"),
    [
        ("chot-hai-van", {}, 403),
        ("cong-an", {}, 403),
        ("ban-chi-dao", {}, 201),
        ("chi-huy-chot", {"posts": ["nowhere"]}, 422),
        ("chi-huy-chot", {"valid_until": "2001-01-01T00:00:00Z"}, 422),
        ("chi-huy-chot", {"valid_until": None}, 422),
        ("chi-huy-chot", {"plate": "  "}, 422),
        ("chi-huy-chot", {"purpose": "volcano"}, 422),
    ],
)
async def test_who_may_issue_what(
    checkpoints: Checkpoints, account: str, fields: dict[str, Any], status: int
) -> None:
    async with checkpoints.client(account) as client:
        assert (await client.post("/api/v1/permits", json=a_permit(**fields))).status_code == status


async def test_permits_are_listed_page_by_page(checkpoints: Checkpoints) -> None:
    async with checkpoints.client("chi-huy-chot") as command:
        for number in range(4):
            await command.post("/api/v1/permits", json=a_permit(plate=f"75C-70{number}.01"))
        first = (await command.get("/api/v1/permits?size=2")).json()
        second = (await command.get("/api/v1/permits", params={"size": 2, "cursor": first["next"]})).json()
        assert (await command.get("/api/v1/permits?cursor=WzEsMl0")).status_code == 422
    ids = [each["permit_id"] for each in first["items"] + second["items"]]
    assert len(ids) == len(set(ids)) == 4
