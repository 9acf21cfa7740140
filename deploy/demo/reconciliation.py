"""Holding side by side what the doors accepted, what is on Kafka, what is in the stores and what arrived. Pure.

Sets of ids are compared, not counts: one lost and one doubled would make a right sum.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import msgspec

from deploy.demo.ledger import Ledger
from deploy.demo.listener import Heard
from deploy.demo.stores import Document, Stored

_STEPS = frozenset(
    f"routing.cases.{step}" for step in ("acknowledged", "declined", "progressed", "asked", "replied", "resolved")
)
_CALLS_OVER = frozenset({"ended", "missed"})
_MOST_NAMED = 3


class Row(msgspec.Struct, frozen=True):
    """One line of the table; None where a column has nothing to say. `missing` names ids that some column lacks."""

    name: str
    accepted: int | None
    on_kafka: int
    in_stores: int
    at_receivers: int | None = None
    agrees: bool = True
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that is compared.

    Attributes:
        ledger: what the doors answered.
        heard: every record since the beginning, repeats included.
        stored: every document that is new.
        effects: how often each message had an effect at a subscriber's.
        subscribers: the ids of their subscriptions.
    """

    ledger: Ledger
    heard: Sequence[Heard]
    stored: Stored
    effects: Mapping[str, int]
    subscribers: AbstractSet[str]


def reconcile(evidence: Evidence) -> list[Row]:
    """The table, in the order in which things happen."""
    return [
        *_intake(evidence),
        *_cases(evidence),
        *_work(evidence),
        *_posts(evidence),
        *_alerts(evidence),
        _dead_letters(evidence),
    ]


def row(
    name: str,
    *,
    accepted: AbstractSet[Any] | None,
    on_kafka: AbstractSet[Any],
    in_stores: AbstractSet[Any],
    at_receivers: AbstractSet[Any] | None = None,
) -> Row:
    """One line; it agrees when all columns hold the same ids."""
    columns = [each for each in (accepted, on_kafka, in_stores, at_receivers) if each is not None]
    odd = set[Any]().union(*columns) - set(columns[0]).intersection(*columns[1:])
    return Row(
        name=name,
        accepted=None if accepted is None else len(accepted),
        on_kafka=len(on_kafka),
        in_stores=len(in_stores),
        at_receivers=None if at_receivers is None else len(at_receivers),
        agrees=not odd,
        missing=tuple(sorted(map(str, odd))[:_MOST_NAMED]),
    )


def _intake(evidence: Evidence) -> Iterator[Row]:
    ledger = evidence.ledger
    yield row(
        "reports",
        accepted=set(ledger.reports),
        on_kafka={each.said.report_id for each in _of(evidence, "intake.reports.received")},
        in_stores=_ids(evidence, "intake", "reports"),
    )
    yield row(
        "calls",
        accepted=set(ledger.calls.items()),
        on_kafka={
            (each.said.call_id, _last(each.type)) for each in _of(evidence, *_named("intake.calls", _CALLS_OVER))
        },
        in_stores={(each["_id"], each["state"]["status"]) for each in evidence.stored["intake", "calls"]},
    )


def _cases(evidence: Evidence) -> Iterator[Row]:
    opened = list(_of(evidence, "routing.cases.opened"))
    cases = [each["state"] for each in evidence.stored["routing", "cases"]]
    yield row(
        "cases of reports",
        accepted=set(evidence.ledger.reports),
        on_kafka={each.said.report_id for each in opened if each.said.origin == "report"},
        in_stores={case["report_id"] for case in cases if case.get("report_id")},
    )
    yield row(
        "cases of flags",
        accepted={each.said.flag_id for each in _of(evidence, "checkpoints.flags.raised")},
        on_kafka={each.said.flag_id for each in opened if each.said.origin == "flag"},
        in_stores={case["flag_id"] for case in cases if case.get("flag_id")},
    )
    assigned = _by((each.said.agency, each.said.task_id) for each in _of(evidence, "routing.cases.assigned"))
    on_topic = _by((each.said.agency, each.said.task_id) for each in _of(evidence, "agencies.tasks.assigned"))
    stored = _by((task["agency"], task["id"]) for case in cases for task in case["tasks"])
    for agency in sorted({*assigned, *on_topic, *stored}):
        yield row(
            f"tasks of {agency}",
            accepted=assigned.get(agency, set()),
            on_kafka=on_topic.get(agency, set()),
            in_stores=stored.get(agency, set()),
        )


def _work(evidence: Evidence) -> Iterator[Row]:
    steps = list(_of(evidence, *_STEPS))
    entries = [entry for each in evidence.stored["routing", "cases"] for entry in each["state"]["timeline"]]
    yield row(
        "officers' steps",
        accepted=set(evidence.ledger.steps),
        on_kafka={each.cause for each in steps if each.said.through == "api"},
        in_stores=_causes(entries, "api"),
    )
    refused = {each.said.update_id for each in _of(evidence, "agencies.tasks.update_refused")}
    yield row(
        "agencies' updates, carried out or refused",
        accepted={each.id for each in evidence.heard if each.topic.endswith(".updates.v1")},
        on_kafka={each.cause for each in steps if each.said.through == "kafka"} | refused,
        in_stores=_causes(entries, "kafka")
        | {each["state"]["update_id"] for each in evidence.stored["routing", "refusals"]},
    )


def _posts(evidence: Evidence) -> Iterator[Row]:
    ledger = evidence.ledger
    for name, accepted, kind in (
        ("permits", set(ledger.permits), "checkpoints.permits.issued"),
        ("watchlist", ledger.watched, "checkpoints.watchlist.changed"),
    ):
        on_kafka = {each.subject for each in _of(evidence, kind)}
        yield row(name, accepted=accepted, on_kafka=on_kafka, in_stores=_ids(evidence, "checkpoints", name))
    answered = _by(((verdict, pass_id) for pass_id, verdict in ledger.passes.items()))
    told = _by((each.said.verdict, each.said.pass_id) for each in _of(evidence, "checkpoints.passes.recorded"))
    stored = _by((each["state"]["judged"], each["_id"]) for each in evidence.stored["checkpoints", "passes"])
    for verdict in sorted({*answered, *told, *stored}):
        yield row(
            f"passes: {verdict}",
            accepted=answered.get(verdict, set()),
            on_kafka=told.get(verdict, set()),
            in_stores=stored.get(verdict, set()),
        )
    yield row(
        "flags",
        accepted=ledger.flagged,
        on_kafka={(each.said.pass_id, each.said.kind) for each in _of(evidence, "checkpoints.flags.raised")},
        in_stores={_flag(each["state"]) for each in evidence.stored["checkpoints", "flags"]},
    )


def _alerts(evidence: Evidence) -> Iterator[Row]:
    alerts = evidence.stored["notifications", "alerts"]
    yield row(
        "alerts",
        accepted=evidence.ledger.alerts,
        on_kafka={each.subject for each in _of(evidence, "notifications.alerts.published")},
        in_stores={each["_id"] for each in alerts if each["state"].get("published_at")},
    )
    yield row(
        "alerts taken back",
        accepted=evidence.ledger.cancelled,
        on_kafka={each.subject for each in _of(evidence, "notifications.alerts.cancelled")},
        in_stores={each["_id"] for each in alerts if each["state"]["status"] == "cancelled"},
    )
    yield _deliveries(evidence)


def _deliveries(evidence: Evidence) -> Row:
    """Each message to each subscriber had its effect once: no more, no less."""
    ledger, subscribers = evidence.ledger, evidence.subscribers
    due = (len(ledger.alerts) + len(ledger.cancelled)) * len(subscribers)
    sent = list(_of(evidence, "notifications.deliveries.sent"))
    found = row(
        "deliveries",
        accepted=None,
        on_kafka={each.subject for each in sent if each.said.recipient_id in subscribers},
        in_stores={
            each["_id"]
            for each in evidence.stored["notifications", "deliveries"]
            if each["state"]["recipient_id"] in subscribers and each["state"]["status"] == "sent"
        },
        at_receivers=set(evidence.effects),
    )
    is_once = all(count == 1 for count in evidence.effects.values())
    return msgspec.structs.replace(found, accepted=due, agrees=found.agrees and is_once and due == found.on_kafka)


def _dead_letters(evidence: Evidence) -> Row:
    on_kafka = Counter(each.topic.removesuffix(".dlq") for each in evidence.heard if each.topic.endswith(".dlq"))
    stored = Counter(
        letter["topic"]
        for place, letters in evidence.stored.items()
        if place[1] == "dead_letters"
        for letter in letters
    )
    return Row("dead letters", None, on_kafka.total(), stored.total(), agrees=on_kafka == stored)


def _of(evidence: Evidence, *types: str) -> Iterator[Heard]:
    return (each for each in evidence.heard if each.type in types)


def _named(topic: str, kinds: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{topic}.{kind}" for kind in kinds)


def _last(event_type: str) -> str:
    return event_type.rsplit(".", 1)[1]


def _ids(evidence: Evidence, service: str, collection: str) -> set[str]:
    return {each["_id"] for each in evidence.stored[service, collection]}


def _by(pairs: Iterable[tuple[str | None, str | None]]) -> dict[str, set[str | None]]:
    groups: dict[str, set[str | None]] = {}
    for group, member in pairs:
        groups.setdefault(group or "?", set()).add(member)
    return groups


def _causes(entries: Iterable[Document], through: str) -> set[str]:
    """The commands behind the timelines' entries; that a case was opened is nobody's step."""
    return {each["cause"] for each in entries if each["through"] == through and each["what"] != "opened"}


def _flag(state: Document) -> tuple[str, str]:
    return state["pass_id"], state["kind"]
