"""A figure reconciles when the same ids are everywhere; sums that happen to fit are not enough."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from deploy.demo.ledger import Ledger
from deploy.demo.listener import Heard, Said
from deploy.demo.reconciliation import Evidence, Row, reconcile, row
from deploy.demo.stores import _FIELDS

SUBSCRIBER = "s1"


def heard(event_type: str, subject: str = "", topic: str = "t", **said: Any) -> Heard:
    return Heard(
        topic=topic,
        type=event_type,
        id=said.pop("id", ""),
        subject=subject,
        cause=said.pop("cause", ""),
        at=0.0,
        said=Said(**said),
        text="",
    )


def evidence(
    ledger: Ledger, *records: Heard, effects: Mapping[str, int] | None = None, **stored: list[dict[str, Any]]
) -> Evidence:
    """`stored` by `service_collection`."""
    places: dict[tuple[str, str], list[dict[str, Any]]] = {place: [] for place in _FIELDS}
    for name, documents in stored.items():
        service, _, collection = name.partition("_")
        places[service, collection] = documents
    return Evidence(
        ledger=ledger, heard=records, stored=places, effects=effects or {}, subscribers=frozenset({SUBSCRIBER})
    )


def line(found: list[Row], name: str) -> Row:
    return next(each for each in found if each.name == name)


def test_the_same_ids_everywhere_agree() -> None:
    assert row("x", accepted={"a"}, on_kafka={"a"}, in_stores={"a"}).agrees


def test_a_lost_and_a_strange_one_do_not_make_a_right_sum() -> None:
    found = row("x", accepted={"a", "b"}, on_kafka={"a", "c"}, in_stores={"a", "b"})
    assert not found.agrees
    assert found.missing == ("b", "c")


def test_a_report_that_never_came_to_kafka_is_named() -> None:
    ledger = Ledger(reports={"r1": 0.0, "r2": 0.0})
    records = (heard("intake.reports.received", report_id="r1"),)
    found = reconcile(evidence(ledger, *records, intake_reports=[{"_id": "r1"}, {"_id": "r2"}]))
    assert line(found, "reports") == Row("reports", 2, 1, 2, agrees=False, missing=("r2",))


def test_a_report_that_is_told_twice_is_one() -> None:
    ledger = Ledger(reports={"r1": 0.0})
    twice = heard("intake.reports.received", report_id="r1")
    found = reconcile(evidence(ledger, twice, twice, intake_reports=[{"_id": "r1"}]))
    assert line(found, "reports").agrees


def test_a_call_must_have_ended_in_the_same_way_everywhere() -> None:
    ledger = Ledger(calls={"c1": "ended"})
    told = heard("intake.calls.missed", call_id="c1")
    stored = [{"_id": "c1", "state": {"status": "ended"}}]
    assert not line(reconcile(evidence(ledger, told, intake_calls=stored)), "calls").agrees


def test_an_agencys_tasks_are_the_same_in_the_case_on_its_topic_and_in_the_store() -> None:
    task = {"agency": "cdc", "task_id": "t1"}
    case = {"_id": "c1", "state": {"report_id": "r1", "tasks": [{"agency": "cdc", "id": "t1"}], "timeline": []}}
    records = (heard("routing.cases.assigned", **task), heard("agencies.tasks.assigned", **task))
    assert line(reconcile(evidence(Ledger(), *records, routing_cases=[case])), "tasks of cdc").agrees
    without_topic = reconcile(evidence(Ledger(), records[0], routing_cases=[case]))
    assert not line(without_topic, "tasks of cdc").agrees


def test_every_update_of_an_agency_is_carried_out_or_refused() -> None:
    name = "agencies' updates, carried out or refused"
    sent = [heard("agencies.updates.reply", topic="agencies.cdc.updates.v1", id=each) for each in ("u1", "u2")]
    done = heard("routing.cases.replied", cause="u1", through="kafka")
    refused = heard("agencies.tasks.update_refused", update_id="u2")
    entry = {"what": "reply", "through": "kafka", "cause": "u1"}
    stored: dict[str, Any] = {
        "routing_cases": [{"_id": "c", "state": {"tasks": [], "timeline": [entry]}}],
        "routing_refusals": [{"_id": "x", "state": {"update_id": "u2"}}],
    }
    assert line(reconcile(evidence(Ledger(), *sent, done, refused, **stored)), name).agrees
    assert not line(reconcile(evidence(Ledger(), *sent, done, **stored)), name).agrees


def test_passes_are_held_side_by_side_verdict_by_verdict() -> None:
    ledger = Ledger(passes={"p1": "allow"})
    told = heard("checkpoints.passes.recorded", pass_id="p1", verdict="refuse")  # noqa: S106 - an id
    stored = [{"_id": "p1", "state": {"judged": "allow"}}]
    found = reconcile(evidence(ledger, told, checkpoints_passes=stored))
    assert not line(found, "passes: allow").agrees
    assert not line(found, "passes: refuse").agrees


def delivered(effects: Mapping[str, int], due: int = 1) -> Row:
    sent = heard("notifications.deliveries.sent", "d1", recipient_id=SUBSCRIBER)
    others = heard("notifications.deliveries.sent", "d9", recipient_id="somebody")
    stored = [{"_id": "d1", "state": {"recipient_id": SUBSCRIBER, "status": "sent"}}]
    ledger = Ledger(alerts={f"a{number}" for number in range(due)})
    found = evidence(ledger, sent, others, effects=effects, notifications_deliveries=stored)
    return line(reconcile(found), "deliveries")


def test_a_message_that_had_its_effect_once_agrees() -> None:
    assert delivered({"d1": 1}).agrees


def test_a_message_that_had_its_effect_twice_does_not() -> None:
    assert not delivered({"d1": 2}).agrees


def test_an_alert_that_reached_nobody_is_missed() -> None:
    assert not delivered({"d1": 1}, due=2).agrees


def test_dead_letters_on_kafka_are_those_of_the_stores() -> None:
    on_kafka = heard("", topic="agencies.cdc.updates.v1.dlq")
    stored = [{"_id": "x", "topic": "agencies.cdc.updates.v1"}]
    both = evidence(Ledger(), on_kafka, routing_dead_letters=stored)
    assert line(reconcile(both), "dead letters").agrees
    assert not line(reconcile(replace(both, heard=())), "dead letters").agrees
