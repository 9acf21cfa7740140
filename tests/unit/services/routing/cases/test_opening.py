"""What a report or a flag comes to."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.routing.cases.domain import CaseStatus, Origin, TaskStatus
from services.routing.cases.opening import (
    Arrival,
    case_id_of,
    decide_opening,
    decide_opening_for_flag,
    decide_test_case,
)
from services.routing.triage import domain as triage
from shared.events.agencies import TaskAssigned
from shared.events.cases import CaseAssigned, CaseOpened, CaseTriaged, Category, Urgency
from shared.events.checkpoints import FlagKind, FlagRaised
from shared.events.reports import ReportReceived
from tests.unit.services.routing.builders import NOON, after, rules

ARRIVAL = Arrival(cause="event-1", at=after(seconds=2), case_person="c1.abc")


def a_report(**fields: object) -> ReportReceived:
    return ReportReceived.model_validate(ReportReceived.contract.example | fields)


def a_reading(*agencies: triage.Agency, **fields: object) -> triage.Reading:
    reading = triage.Reading(
        category=triage.Category.SUSPECTED_INFECTION,
        urgency=triage.Urgency.EMERGENCY,
        agencies=agencies or (triage.Agency.HOSPITAL, triage.Agency.CDC),
        symptoms=(triage.Symptom.DYSPNEA,),
        negated_symptoms=(triage.Symptom.ANOSMIA,),
        violation=None,
        places=(),
        dates=(),
        from_epidemic_area=True,
        contradiction=False,
        trail=(triage.TrailStep(rule="u-breathless", words="khó thở " * 200, effect="urgency high"),),
        rules_version="test-1",
        confidence=0.9,
    )
    return replace(reading, **fields)  # type: ignore[arg-type] # named at the call


def a_flag(**fields: object) -> FlagRaised:
    return FlagRaised.model_validate(FlagRaised.contract.example | fields)


def test_each_agency_of_the_reading_gets_a_task_with_its_own_clocks() -> None:
    case = decide_opening(a_report(), a_reading(), rules().clocks, ARRIVAL).state
    assert [task.agency for task in case.tasks] == ["hospital", "cdc"]
    for task in case.tasks:
        clocks = rules().clocks[task.agency][Urgency.EMERGENCY]
        assert task.acknowledge_by == ARRIVAL.at + timedelta(minutes=clocks.acknowledge)
        assert task.resolve_by == ARRIVAL.at + timedelta(minutes=clocks.resolve)
        assert task.status is TaskStatus.ASSIGNED


def test_an_agency_named_twice_has_one_task() -> None:
    reading = a_reading(triage.Agency.CDC, triage.Agency.CDC)
    assert len(decide_opening(a_report(), reading, rules().clocks, ARRIVAL).state.tasks) == 1


def test_everybody_is_told_in_order_and_the_agencies_on_their_own_topics() -> None:
    change = decide_opening(a_report(), a_reading(), rules().clocks, ARRIVAL)
    kinds = [type(event) for event in change.events]
    assert kinds == [CaseOpened, CaseTriaged, CaseAssigned, TaskAssigned, CaseAssigned, TaskAssigned]
    topics = [event.topic_name for event in change.events if isinstance(event, TaskAssigned)]
    assert topics == ["agencies.hospital.tasks.v1", "agencies.cdc.tasks.v1"]


def test_no_agency_ever_hears_the_reporters_words_or_references() -> None:
    report = a_report()
    change = decide_opening(report, a_reading(), rules().clocks, ARRIVAL)
    told = " ".join(event.model_dump_json() for event in change.events)
    assert report.text not in told
    assert all(each.ref not in told for each in (*report.about, *report.reporter))
    assert "c1.abc" in told


def test_long_words_are_cut_to_what_a_contract_holds() -> None:
    case = decide_opening(a_report(), a_reading(), rules().clocks, ARRIVAL).state
    assert len(case.trail[0].words) == 400


@settings(max_examples=40)
@given(st.uuids())
def test_a_report_has_one_case_however_often_it_comes(report_id: object) -> None:
    first, again = (
        decide_opening(a_report(report_id=str(report_id)), a_reading(), rules().clocks, ARRIVAL) for _ in range(2)
    )
    assert first == again
    assert first.state.id == case_id_of(str(report_id))


@pytest.mark.parametrize(
    ("kind", "category", "urgency"),
    [
        (FlagKind.WATCHLIST_HIT, Category.VIOLATION, Urgency.HIGH),
        (FlagKind.EPIDEMIC_AREA, Category.SUSPECTED_INFECTION, Urgency.HIGH),
        (FlagKind.BAD_PERMIT, Category.VIOLATION, Urgency.NORMAL),
    ],
)
def test_a_flag_becomes_a_case_of_the_agencies_it_names(kind: FlagKind, category: Category, urgency: Urgency) -> None:
    case = decide_opening_for_flag(a_flag(kind=kind), rules().clocks, ARRIVAL).state
    assert (case.origin, case.category, case.urgency) == (Origin.FLAG, category, urgency)
    assert [task.agency for task in case.tasks] == ["police", "cdc"]
    assert case.status is CaseStatus.OPEN
    assert case.trail[0].rule == f"flag.{kind}"


def test_a_test_task_is_marked_as_one_and_as_no_real_case() -> None:
    change = decide_test_case("case-1", "cdc", "ky-su-cdc", rules().clocks, NOON)
    (assigned,) = [event for event in change.events if isinstance(event, TaskAssigned)]
    assert (assigned.test, assigned.synthetic, assigned.agency) == (True, True, "cdc")
    assert assigned.identity_url is None
