"""The oracle itself: a small day on which all went well, and each way in which it may not have."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from services.checkpoints.flags.domain import flag_id_of
from services.routing.cases.opening import case_id_of
from shared.events.checkpoints import FlagKind
from tests.delivery.evidence import Document, Evidence, Seen
from tests.delivery.ledger import Ledger
from tests.delivery.oracle import judge

CASE, FLAG = case_id_of("r1"), flag_id_of("p1", FlagKind.BAD_PERMIT)
FLAG_CASE = case_id_of(FLAG)
PUBLISHED = "notifications.alerts.published"


def seen(topic: str, kind: str, subject: str, sequence: int = 1, **said: Any) -> Seen:
    event_id = f"{subject}/{kind}/{sequence}"
    return Seen(topic, kind, event_id, subject, sequence, json.dumps(said).encode())


EVENTS = [
    seen("intake.reports.v1", "intake.reports.received", "r1"),
    seen("intake.reports.v1", "intake.reports.answered_by_reporter", "r1", 2),
    seen("checkpoints.passes.v1", "checkpoints.passes.recorded", "p1"),
    seen("checkpoints.flags.v1", "checkpoints.flags.raised", FLAG),
    seen("routing.cases.v1", "routing.cases.opened", CASE, report_id="r1"),
    seen("routing.cases.v1", "routing.cases.assigned", CASE, 2, report_id="r1", task_id="t1"),
    seen("routing.cases.v1", "routing.cases.opened", FLAG_CASE, flag_id=FLAG),
    seen("agencies.cdc.tasks.v1", "agencies.tasks.assigned", "t1", task_id="t1"),
    Seen("agencies.cdc.updates.v1", "agencies.updates.acknowledge", "u1", "t1", 0, b"{}"),
    seen("notifications.alerts.v1", PUBLISHED, "a1"),
    seen("notifications.deliveries.v1", "notifications.deliveries.sent", "d1"),
]


def stored() -> dict[tuple[str, str], list[dict[str, Any]]]:
    delivery = {"recipient_id": "s1", "what": "published", "about": "a1", "status": "sent", "reason": ""}
    steps = [("u1", "acknowledged"), ("r1/intake.reports.answered_by_reporter/2", "answered_by_reporter")]
    timeline = [{"cause": cause, "what": what, "through": "kafka"} for cause, what in steps]
    kept = [e for e in EVENTS if not e.topic.startswith("agencies.")]
    return {
        ("intake", "reports"): [{"_id": "r1"}],
        ("intake", "report_progress"): [
            {"_id": "r1", "steps": {e.id: {} for e in EVENTS if e.said.get("report_id")}}
        ],
        ("routing", "cases"): [
            {"_id": CASE, "state": {"report_id": "r1", "tasks": [{"id": "t1"}], "timeline": timeline}},
            {"_id": FLAG_CASE, "state": {"flag_id": FLAG, "tasks": [], "timeline": []}},
        ],
        ("checkpoints", "passes"): [{"_id": "p1", "state": {"flags": ["bad_permit"]}}],
        ("checkpoints", "flags"): [{"_id": FLAG, "state": {"pass_id": "p1", "kind": "bad_permit"}}],
        ("notifications", "alerts"): [{"_id": "a1", "state": {"status": "published", "published_at": "now"}}],
        ("notifications", "deliveries"): [{"_id": "d1", "state": delivery}],
        ("notifications", "situation_events"): [{"_id": f"{each.topic}/{each.id}"} for each in kept],
    }


def a_day(
    *, events: Sequence[Seen] = EVENTS, documents: Mapping[tuple[str, str], Sequence[Document]] | None = None
) -> Evidence:
    ledger = Ledger()
    for kind, record in (("reports", "r1"), ("passes", "p1"), ("alerts", "a1")):
        ledger.tried[kind].add(record)
        ledger.told[kind].add(record)
    effects = {("s1", PUBLISHED, "a1"): {"d1"}}
    return Evidence(ledger, list(events), documents or stored(), effects, frozenset({"s1"}))


def without(service: str, collection: str) -> Evidence:
    return a_day(documents={place: kept for place, kept in stored().items() if place != (service, collection)})


def unsaid(kind: str) -> Evidence:
    return a_day(events=[each for each in EVENTS if each.type != kind])


def said_again(**changes: Any) -> Evidence:
    """The case's second event comes once more at the end, otherwise."""
    return a_day(events=[*EVENTS, replace(EVENTS[5], **changes)])


def with_more(service: str, collection: str, document: Mapping[str, Any]) -> Evidence:
    documents = stored()
    documents.setdefault((service, collection), []).append(dict(document))
    return a_day(documents=documents)


def with_effects(*ids: str) -> Evidence:
    return replace(a_day(), effects={("s1", PUBLISHED, "a1"): set(ids)} if ids else {})


def test_a_day_on_which_all_went_well() -> None:
    assert judge(a_day()), str(judge(a_day()))


def test_a_repeat_is_no_fault() -> None:
    assert judge(a_day(events=[*EVENTS, *EVENTS]))


@pytest.mark.parametrize(
    ("fault", "evidence"),
    [
        ("lost", lambda: without("intake", "reports")),
        ("lost", lambda: without("checkpoints", "passes")),
        ("lost", lambda: without("checkpoints", "flags")),
        ("lost", lambda: without("routing", "cases")),
        ("lost", lambda: without("intake", "report_progress")),
        ("lost", lambda: without("notifications", "situation_events")),
        ("lost", lambda: without("notifications", "deliveries")),
        ("lost", lambda: without("notifications", "alerts")),
        ("lost", with_effects),
        *(("lost", lambda each=each: unsaid(each.type)) for each in EVENTS if not each.topic.endswith("updates.v1")),
        ("double", lambda: with_effects("d1", "d2")),
        ("double", lambda: said_again(id="another")),
        ("double", lambda: said_again(value=b'{"report_id": "r1", "task_id": "other"}')),
        ("double", lambda: with_more("routing", "cases", {**stored()["routing", "cases"][0], "_id": "twin"})),
        ("double", lambda: with_more("checkpoints", "flags", {**stored()["checkpoints", "flags"][0], "_id": "f2"})),
        (
            "double",
            lambda: with_more(
                "notifications", "deliveries", {**stored()["notifications", "deliveries"][0], "_id": "d"}
            ),
        ),
        ("double", lambda: with_more("routing", "refusals", {"_id": "x", "state": {"update_id": "u1"}})),
        ("phantom", lambda: with_more("intake", "reports", {"_id": "nobody-sent-it"})),
        ("phantom", lambda: with_more("routing", "refusals", {"_id": "x", "state": {"update_id": "nobody"}})),
        ("disorder", lambda: a_day(events=[*EVENTS[:4], EVENTS[5], EVENTS[4], *EVENTS[6:]])),
        ("dead", lambda: with_more("intake", "dead_letters", {"_id": "x", "group": "intake.reports"})),
        ("dead", lambda: with_more("intake", "halts", {"_id": "x"})),
    ],
)
def test_each_fault_is_seen(fault: str, evidence: Callable[[], Evidence]) -> None:
    assert getattr(judge(evidence()), fault)
