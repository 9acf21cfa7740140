"""Scores and times come from what was heard, not from what was hoped for."""

from dataclasses import replace

from deploy.demo.actions import ActionKind, Expectation
from deploy.demo.ledger import Ledger, middle_and_tail
from deploy.demo.listener import Heard, Said
from deploy.demo.scores import times, triage_scores
from tests.unit.deploy.demo.days import busy_day

HEARD = Heard(topic="t", type="routing.cases.triaged", id="", subject="", cause="", at=0.0, said=Said(), text="")


def test_triage_is_right_when_it_is_at_least_as_urgent_and_names_the_agencies() -> None:
    day = busy_day()
    expect = Expectation(agencies=frozenset({"cdc"}), urgency="high")
    first, second = (replace(each, expect=expect) for each in day.of(ActionKind.REPORT)[:2])
    heard = [
        replace(HEARD, said=Said(report_id=first.key, agencies=("cdc", "hospital"), urgency="emergency")),
        replace(HEARD, said=Said(report_id=second.key, agencies=("police",), urgency="normal")),
    ]
    scores = triage_scores(replace(day, actions=(first, second)), heard)
    assert {(score.right, score.of) for score in scores.values()} == {(1, 2)}


def test_a_reports_way_ends_with_its_first_task() -> None:
    url = "/api/v1/reports/r1/identity"
    tasks = [
        replace(HEARD, type="agencies.tasks.assigned", at=at, said=Said(identity_url=url)) for at in (10.25, 11.0)
    ]
    found = times(Ledger(reports={"r1": 10.0}), tasks)
    assert found["report: accepted → on an agency's topic"] == {"count": 1, "p50_ms": 250.0, "p99_ms": 250.0}


def test_nothing_timed_has_no_figures() -> None:
    assert middle_and_tail([]) == {}


def test_the_tail_is_not_the_middle() -> None:
    found = middle_and_tail([0.001] * 98 + [1.0, 1.0])
    assert (found["p50_ms"], found["p99_ms"]) == (1.0, 1000.0)
