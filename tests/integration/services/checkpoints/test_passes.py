"""Passes through the real door: verdicts, retries, batches, overrides, look-ups, and what goes out on Kafka."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.checkpoints.passes.store import PassSeals, key_name
from shared.clock import now
from shared.ids import new_id
from tests.corpora import json_bodies, naughty_strings, operators
from tests.eventually import eventually
from tests.integration.services.checkpoints.conftest import Checkpoints

pytestmark = pytest.mark.kafka

WATCHED_PLATE = "75A-999.01"
"""On the profile's synthetic watch list."""


def a_pass(**fields: Any) -> dict[str, Any]:
    return {"direction": "enter", "plate": "75A-123.45", "people": 2, "observed_at": now().isoformat(), **fields}


async def test_a_watched_plate_is_flagged_to_police_and_cdc_on_kafka(checkpoints: Checkpoints) -> None:
    pass_id = new_id()
    async with checkpoints.client("chot-hai-van") as officer, checkpoints.client("cong-an") as police:
        answer = await officer.post(
            "/api/v1/passes", json=a_pass(plate=WATCHED_PLATE), headers={"Idempotency-Key": pass_id}
        )
        assert answer.status_code == 201
        assert (answer.json()["verdict"], answer.json()["flags"]) == ("isolate", ["watchlist_hit"])
        assert "công an" in answer.json()["reasons"][0]["vi"]
        async with checkpoints.reading("checkpoints.flags.v1") as flags:
            (flag,) = await eventually(lambda: flags.where(pass_id=pass_id))
        assert (flag["kind"], flag["agencies"], flag["verdict"]) == ("watchlist_hit", ["police", "cdc"], "isolate")
        listed = (await police.get("/api/v1/flags?open=true")).json()["items"]
        assert flag["flag_id"] in {each["flag_id"] for each in listed}
        seen = await police.post(f"/api/v1/flags/{flag['flag_id']}:acknowledge")
        assert seen.json()["waiting"] == ["cdc"]


async def test_a_pass_sent_again_gets_the_first_answer_and_other_content_is_refused(checkpoints: Checkpoints) -> None:
    body, key = a_pass(plate="75A-200.01"), {"Idempotency-Key": new_id()}
    async with checkpoints.client("chot-hai-van") as officer:
        first = await officer.post("/api/v1/passes", json=body, headers=key)
        again = await officer.post("/api/v1/passes", json=body, headers=key)
        other = await officer.post("/api/v1/passes", json={**body, "people": 3}, headers=key)
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json() == again.json()


async def test_one_pass_is_one_event_however_often_it_was_sent(checkpoints: Checkpoints) -> None:
    body, key = a_pass(), new_id()
    async with checkpoints.client("chot-hai-van") as officer:
        for _ in range(3):
            await officer.post("/api/v1/passes", json=body, headers={"Idempotency-Key": key})
    async with checkpoints.reading("checkpoints.passes.v1") as passes:
        assert len(await eventually(lambda: passes.where(pass_id=key))) == 1


async def test_a_late_upload_is_judged_by_when_the_vehicle_stood_there(checkpoints: Checkpoints) -> None:
    """Gia Lai ended on 1 March 2026 at 0h in Huế."""
    from_there = {"travellers": [{"coming_from": "Ayun Pa, Gia Lai"}], "plate": None}
    moments = {"2026-02-28T23:59:59.999+07:00": "test", "2026-03-01T00:00:00+07:00": "allow"}
    async with checkpoints.client("chot-hai-van") as officer:
        for observed_at, verdict in moments.items():
            body = a_pass(**from_there, observed_at=observed_at)
            answer = (await officer.post("/api/v1/passes", json=body)).json()
            assert (answer["verdict"], answer["late"]) == (verdict, True)


async def test_identity_is_sealed_and_who_looks_it_up_is_recorded(checkpoints: Checkpoints) -> None:
    who = {"name": "Hoàng Thử Nghiệm", "cccd": "046090990001", "phone": "0905000001", "coming_from": "Quảng Trị"}
    async with checkpoints.client("chot-hai-van") as officer, checkpoints.client("cdc") as cdc:
        body = a_pass(plate="75A-300.01", travellers=[who])
        pass_id = (await officer.post("/api/v1/passes", json=body)).json()["pass_id"]
        stored = str(await checkpoints.database["passes"].find_one({"_id": pass_id}))
        for clear in ("75A30001", "300.01", "046090990001", "905000001", "Hoàng Thử"):
            assert clear not in stored
        path, why = f"/api/v1/passes/{pass_id}/identity", {"reason": "Truy vết F1."}
        assert (await officer.post(path, json=why)).status_code == 403
        told = (await cdc.post(path, json=why)).json()
    assert (told["plate"], told["travellers"][0]["cccd"]) == ("75A30001", "046090990001")
    entry = await checkpoints.database["audit"].find_one({"action": "pass.read", "subject": f"pass/{pass_id}"})
    assert entry is not None
    assert (entry["actor"], entry["reason"]) == ("cdc", "Truy vết F1.")


async def test_names_meet_whatever_their_spelling(checkpoints: Checkpoints) -> None:
    async with checkpoints.client("chot-hai-van") as officer:
        body = a_pass(plate=None, travellers=[{"name": "hoang that gia dinhh"}])
        answer = (await officer.post("/api/v1/passes", json=body)).json()
    assert (answer["verdict"], answer["flags"]) == ("screen", ["watchlist_hit"])


async def test_a_verdict_can_be_asked_for_without_recording_a_pass(checkpoints: Checkpoints) -> None:
    before = await checkpoints.database["passes"].count_documents({})
    async with checkpoints.client("chot-hai-van") as officer:
        answer = await officer.post("/api/v1/passes:judge", json=a_pass(plate=WATCHED_PLATE))
    assert (answer.status_code, answer.json()["verdict"]) == (200, "isolate")
    assert await checkpoints.database["passes"].count_documents({}) == before


async def test_a_batch_answers_each_item_by_itself_and_the_same_again(checkpoints: Checkpoints) -> None:
    good, bad = new_id(), new_id()
    items = [
        {"id": good, "pass": a_pass(plate="75A-400.01")},
        {"id": bad, "pass": a_pass(direction="sideways")},
        {"id": "no-uuid", "pass": a_pass()},
        {"id": new_id(), "pass": a_pass(post="la-son")},
        "nonsense",
    ]
    async with checkpoints.client("chot-hai-van") as officer:
        first = (await officer.post("/api/v1/passes:batch", json={"items": items})).json()["results"]
        again = (await officer.post("/api/v1/passes:batch", json={"items": items})).json()["results"]
        alone = await officer.post("/api/v1/passes", json=items[0]["pass"], headers={"Idempotency-Key": good})  # type: ignore[index]  # it is a dict
    assert [each["status"] for each in first] == [201, 422, 422, 403, 422]
    assert [each["status"] for each in again] == [200, 422, 422, 403, 422]
    assert first[0]["recorded"] == again[0]["recorded"] == alone.json()
    assert first[1]["problem"]["fields"][0]["field"] == "direction"


async def test_a_supervisor_decides_otherwise_with_a_reason(checkpoints: Checkpoints) -> None:
    async with checkpoints.client("chot-hai-van") as officer, checkpoints.client("chi-huy-chot") as command:
        pass_id = (await officer.post("/api/v1/passes", json=a_pass())).json()["pass_id"]
        path, why = f"/api/v1/passes/{pass_id}:override", {"verdict": "allow", "reason": "Xe đưa sản phụ đi sinh."}
        assert (await officer.post(path, json=why)).status_code == 403
        changed = (await command.post(path, json=why)).json()
    assert (changed["verdict"], changed["judged"], changed["overridden"]) == ("allow", "screen", True)
    async with checkpoints.reading("checkpoints.passes.v1") as passes:
        await eventually(lambda: passes.where(pass_id=pass_id, overridden=True, verdict="allow"))


@pytest.mark.parametrize(
    ("account", "fields", "status"),
    [
        (None, {}, 401),
        ("tong-dai", {}, 403),
        ("chot-hai-van", {"post": "la-son"}, 403),
        ("giao-duc", {"post": "la-son"}, 403),
        ("chi-huy-chot", {}, 422),
        ("chi-huy-chot", {"post": "nowhere"}, 422),
        ("chi-huy-chot", {"post": "la-son"}, 201),
        ("chot-hai-van", {"observed_at": (now() + timedelta(days=2)).isoformat()}, 422),
        ("chot-hai-van", {"observed_at": "0001-01-01T00:00:00Z"}, 422),
        ("chot-hai-van", {"lane": True}, 422),
        ("chot-hai-van", {"travellers": [{"temperature": 98.6}]}, 422),
        ("chot-hai-van", {"assigned_to": "me"}, 422),
    ],
)
async def test_who_may_record_what(
    checkpoints: Checkpoints, account: str | None, fields: dict[str, Any], status: int
) -> None:
    async with checkpoints.client(account) as client:
        assert (await client.post("/api/v1/passes", json=a_pass(**fields))).status_code == status


async def test_another_site_cannot_make_a_browser_record(checkpoints: Checkpoints) -> None:
    async with checkpoints.client("chot-hai-van", form_token=False) as officer:
        assert (await officer.post("/api/v1/passes", json=a_pass())).status_code == 403


async def test_no_body_and_no_text_breaks_the_door(checkpoints: Checkpoints) -> None:
    async with checkpoints.client("chot-hai-van") as officer:
        for body in json_bodies():
            headers = {"Content-Type": "application/json"}
            for path in ("/api/v1/passes", "/api/v1/passes:batch", "/api/v1/passes:judge"):
                assert (await officer.post(path, content=body.body, headers=headers)).status_code < 500
        for case in naughty_strings():
            fields = {"plate": case.text, "permit_code": case.text, "travellers": [{"name": case.text}]}
            for name, value in fields.items():
                content = a_pass(**{name: value})
                try:
                    answer = await officer.post("/api/v1/passes", json=content)
                except UnicodeEncodeError:
                    continue
                assert answer.status_code < 500, (case.name, name)


async def test_operators_never_reach_the_store(checkpoints: Checkpoints) -> None:
    async with checkpoints.client("chot-hai-van") as officer:
        for operator in operators():
            for name in ("plate", "post", "direction", "permit_code", "observed_at"):
                answer = await officer.post("/api/v1/passes", json=a_pass(**{name: operator}))
                assert answer.status_code in {201, 403, 422}, (operator, name)
                assert answer.status_code != 201 or isinstance(operator, str)


async def test_an_erased_day_of_a_post_is_gone_for_everybody(checkpoints: Checkpoints) -> None:
    vault = checkpoints.app.state.runtime.vault
    async with checkpoints.client("chi-huy-chot") as command, checkpoints.client("cdc") as cdc:
        body = a_pass(post="a-roang", plate="75A-500.01")
        recorded = (await command.post("/api/v1/passes", json=body)).json()
        path, why = f"/api/v1/passes/{recorded['pass_id']}/identity", {"reason": "Truy vết F1."}
        assert (await cdc.post(path, json=why)).json()["plate"] == "75A50001"
        assert await vault.erase(key_name("a-roang", datetime.fromisoformat(recorded["recorded_at"])))
        assert (await cdc.post(path, json=why)).status_code == 404


async def test_processes_that_seal_the_first_pass_of_a_day_at_once_use_one_key(checkpoints: Checkpoints) -> None:
    runtime, day = checkpoints.app.state.runtime, now() + timedelta(days=400)
    several = [PassSeals(runtime) for _ in range(8)]
    sealed = await asyncio.gather(*(each.seal("pass-1", "hong-thuy", day, "kín") for each in several))
    opened = [await several[0].open("pass-1", "hong-thuy", day, each) for each in sealed]
    assert opened == ["kín"] * len(several)
