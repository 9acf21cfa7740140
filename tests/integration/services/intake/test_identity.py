"""Who may look up who reported, and that every look is recorded."""

from typing import Any

import httpx
import pytest

from shared.clock import now
from shared.events.cases import CaseAssigned
from shared.ids import new_id
from tests.eventually import eventually
from tests.integration.services.intake.conftest import Intake, everything_on

pytestmark = pytest.mark.kafka

CANARY = {
    "kind": "suspected_infection",
    "words": "Tôi là Nguyễn Thị Hồng Gấm, gọi 0905 000 456 hoặc CCCD 046199001234, sốt cao",
    "name": "Nguyễn Thị Hồng Gấm",
    "phone": "0905000456",
    "cccd": "046199001234",
    "address": "12 kiệt 3 Lê Lợi",
    "where": {"latitude": 16.4637123, "longitude": 107.5909456},
    "confidential": True,
}
SECRETS = ("Gấm", "0905000456", "905000456", "000 456", "046199001234", "kiệt 3", "4637123", "5909456")
WHY = {"reason": "Gọi lại cho người báo"}


@pytest.fixture(scope="module")
async def report(intake: Intake) -> str:
    """The canary's report, with a task for the CDC and none for the police."""
    async with intake.client() as client:
        answer = await client.post("/api/v1/reports", json=CANARY, headers={"Idempotency-Key": new_id()})
    report_id = str(answer.json()["report_id"])
    example = CaseAssigned.contract.example | {"case_id": new_id(), "report_id": report_id, "at": now()}
    await intake.says(CaseAssigned.model_validate(example), 1)

    async def assigned() -> Any:
        return await intake.database["report_progress"].find_one({"_id": report_id})

    await eventually(assigned)
    return report_id


async def look_up(
    intake: Intake, report: str, account: str | None = None, *, key: str = "", body: Any = None
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {intake.api_keys[key]}"} if key else {}
    async with intake.client(account) as client:
        return await client.post(f"/api/v1/reports/{report}/identity", json=body or WHY, headers=headers)


@pytest.mark.parametrize("account", ["cdc", "tong-dai", "dieu-phoi"])
async def test_who_has_a_part_in_it_sees_who_reported(intake: Intake, report: str, account: str) -> None:
    answer = await look_up(intake, report, account)
    assert answer.status_code == 200
    assert answer.json()["name"] == CANARY["name"]
    assert answer.json()["phone"] == "+84905000456"
    assert answer.json()["where"] == "16.4637123,107.5909456"


async def test_an_agency_without_a_task_learns_nothing_not_even_that_it_is_there(intake: Intake, report: str) -> None:
    foreign, unknown = await look_up(intake, report, "cong-an"), await look_up(intake, new_id(), "cong-an")
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    same = [{name: said for name, said in each.json().items() if name != "instance"} for each in (foreign, unknown)]
    assert same[0] == same[1]


async def test_a_program_needs_the_scope_and_its_agency_a_part(intake: Intake, report: str) -> None:
    assert (await look_up(intake, report, key="ky-su-cdc")).status_code == 200
    assert (await look_up(intake, report, key="ky-su-cong-an")).status_code == 403
    assert (await look_up(intake, report)).status_code == 401


async def test_a_look_up_needs_a_reason_and_is_recorded_with_it(intake: Intake, report: str) -> None:
    assert (await look_up(intake, report, "cdc", body={"reason": " "})).status_code == 422
    assert (await look_up(intake, report, "cdc", body={"reason": "Kiểm tra dấu vết"})).status_code == 200
    audit = intake.app.state.runtime.audit
    entries = await audit.search(subject=f"report/{report}", actor="cdc", limit=50)
    assert any(entry.reason == "Kiểm tra dấu vết" for entry in entries)
    assert await audit.verify() is None


async def test_nothing_that_names_anybody_is_in_events_or_outside_the_sealed_fields(
    intake: Intake, report: str
) -> None:
    async def said() -> list[Any]:
        return [each for each in await everything_on(intake, "intake.reports.v1") if each["report_id"] == report]

    (event,) = await eventually(said)
    document = await intake.database["reports"].find_one({"_id": report})
    assert document is not None
    sealed = document["state"].pop("identity")
    assert set(sealed) == {"name", "phone", "cccd", "address", "where", "words"}
    for secret in SECRETS:
        assert secret not in str(event)
        assert secret not in str(document)
        assert secret not in str(sealed)
    async with intake.client() as client:
        metrics = (await client.get("/metrics")).text
    assert not [secret for secret in SECRETS if secret in metrics]
