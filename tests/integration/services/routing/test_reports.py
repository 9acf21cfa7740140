"""From intake's topic to the agencies': each report and flag once, however often it is delivered."""

import pytest

from services.routing.cases.domain import Case, CaseStatus, TaskStatus
from services.routing.cases.opening import case_id_of
from services.routing.cases.store import MongoCases
from shared.clock import now
from shared.events.checkpoints import FlagRaised
from shared.events.reports import ReportAnsweredByReporter, ReportReceived, ReportReopenRequested, ReportWithdrawn
from shared.ids import new_id
from shared.runtime import Runtime
from shared.settings import Settings
from tests.eventually import eventually
from tests.integration.services.routing.conftest import SEVERE, Routing

pytestmark = pytest.mark.kafka


async def test_a_report_becomes_tasks_of_hospital_and_cdc_once_although_it_came_five_times(routing: Routing) -> None:
    report = ReportReceived.model_validate(
        ReportReceived.contract.example | {"report_id": new_id(), "text": SEVERE, "received_at": now()}
    )
    await routing.say(report, times=5)
    case = await routing.case_of(report.report_id)
    assert {task.agency for task in case.tasks} == {"cdc", "hospital"}
    marker = await routing.a_case()  # whatever the first brought about is on the topics before this
    for agency in ("cdc", "hospital"):
        async with routing.reading(f"agencies.{agency}.tasks.v1") as topic:
            await eventually(lambda: topic.where(case_id=marker.id))
            said = await topic.where(case_id=case.id)
            assert len({each["ce_id"] for each in said}) == 1
            assert said[0]["ce_type"] == "agencies.tasks.assigned"
            assert report.text not in str(said)
    assert await routing.database["cases"].count_documents({"state.report_id": report.report_id}) == 1


async def test_a_flag_is_a_task_for_police_and_cdc(routing: Routing) -> None:
    flag = FlagRaised.model_validate(FlagRaised.contract.example | {"flag_id": new_id()})
    await routing.say(flag, times=2)
    case = await routing.case_of(flag.flag_id)
    assert [task.agency for task in case.tasks] == ["police", "cdc"]
    for agency in ("police", "cdc"):
        async with routing.reading(f"agencies.{agency}.tasks.v1") as topic:
            said = await eventually(lambda: topic.where(case_id=case.id))
            assert len({each["ce_id"] for each in said}) == 1  # a repeat on the topic carries the same id
            assert (said[0]["category"], said[0]["identity_url"]) == ("violation", None)


async def test_what_the_reporter_does_reaches_the_case_in_order(routing: Routing) -> None:
    case = await routing.a_case()
    assert case.report_id is not None
    await routing.say(ReportAnsweredByReporter(report_id=case.report_id, text="Dạ đỡ rồi", at=now()))
    await routing.say(ReportWithdrawn(report_id=case.report_id, at=now()))
    await routing.say(ReportReopenRequested(report_id=case.report_id, text="Lại sốt", at=now()))
    reopened = await eventually(lambda: _in_round(routing, case.id, 2))
    assert [entry.what for entry in reopened.timeline] == ["opened", "answered_by_reporter", "withdrawn", "reopened"]
    assert reopened.status is CaseStatus.OPEN
    assert {task.status for task in reopened.tasks} == {TaskStatus.WITHDRAWN, TaskStatus.ASSIGNED}


async def test_the_store_tells_open_pages_which_cases_were_written(routing: Routing) -> None:
    changes = MongoCases(routing.app.state.runtime).changed_ids()
    await anext(changes)  # the stream is open
    report_id = new_id()
    await routing.a_case(report_id=report_id)

    async def heard() -> bool:
        return case_id_of(report_id) in await anext(changes)

    assert await eventually(heard)
    await changes.aclose()  # type: ignore[attr-defined] # an async generator


async def test_whoever_waits_for_changes_is_let_go_when_the_service_ends(settings: Settings) -> None:
    runtime = Runtime("routing", settings)
    changes = MongoCases(runtime).changed_ids()
    await anext(changes)
    runtime.client.close()

    assert [ids async for ids in changes if ids] == []


async def _in_round(routing: Routing, case_id: str, number: int) -> Case | None:
    case = await routing.case(case_id)
    return case if case and case.round == number else None
