"""Deciding what a report or a flag comes to: one case, a task for each agency that must act. Pure."""

from dataclasses import dataclass
from datetime import datetime

from services.routing.cases.domain import KIND_OF_FLAG, Case, ClockTable, Entry, Origin, Reason, new_task
from services.routing.cases.telling import say_opened
from services.routing.triage.domain import Reading
from shared.events.cases import Category, Urgency
from shared.events.checkpoints import FlagKind, FlagRaised
from shared.events.reports import PersonRef, ReportReceived
from shared.ids import derived_id
from shared.pending import Change

_LONGEST_WORDS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """How the cause of a case reached routing: by which event, and when (UTC)."""

    cause: str
    at: datetime
    case_person: str | None = None


def case_id_of(cause_id: str) -> str:
    """The case of a report or flag; the same however often it is delivered."""
    return derived_id(cause_id, "case")


def task_id_of(case_id: str, agency: str, number: int) -> str:
    """The task of an agency in the n-th round of a case."""
    return derived_id(case_id, f"task:{agency}:{number}")


def decide_opening(report: ReportReceived, reading: Reading, clocks: ClockTable, arrival: Arrival) -> Change[Case]:
    """A report becomes a case; each agency of the reading gets a task with its own clocks (F28)."""
    case_id, urgency = case_id_of(report.report_id), Urgency(reading.urgency)
    case = Case(
        id=case_id,
        origin=Origin.REPORT,
        report_id=report.report_id,
        kind=report.kind,
        words=report.text,
        ward=report.place.ward,
        latitude=report.place.latitude,
        longitude=report.place.longitude,
        person=_pairs(report.about or report.reporter),
        case_person=arrival.case_person,
        category=Category(reading.category),
        urgency=urgency,
        symptoms=tuple(reading.symptoms),
        negated_symptoms=tuple(reading.negated_symptoms),
        from_epidemic_area=reading.from_epidemic_area,
        contradiction=reading.contradiction,
        trail=tuple(Reason(rule=s.rule, words=s.words[:_LONGEST_WORDS], effect=s.effect) for s in reading.trail),
        rules_version=reading.rules_version,
        tasks=tuple(
            new_task(task_id_of(case_id, agency, 1), agency, urgency, clocks, arrival.at)
            for agency in dict.fromkeys(reading.agencies)
        ),
        timeline=(_opened_by("intake", arrival),),
        synthetic=report.synthetic,
        received_at=report.received_at,
        opened_at=arrival.at,
    )
    return Change(case, say_opened(case))


_URGENCY_OF_FLAG = {
    FlagKind.WATCHLIST_HIT: Urgency.HIGH,
    FlagKind.EPIDEMIC_AREA: Urgency.HIGH,
    FlagKind.BAD_PERMIT: Urgency.NORMAL,
}
_CATEGORY_OF_FLAG = {
    FlagKind.WATCHLIST_HIT: Category.VIOLATION,
    FlagKind.EPIDEMIC_AREA: Category.SUSPECTED_INFECTION,
    FlagKind.BAD_PERMIT: Category.VIOLATION,
}


def decide_opening_for_flag(flag: FlagRaised, clocks: ClockTable, arrival: Arrival) -> Change[Case]:
    """A checkpoint's flag becomes a case of the agencies it names; nothing needs to be read."""
    case_id, urgency = case_id_of(flag.flag_id), _URGENCY_OF_FLAG[flag.kind]
    case = Case(
        id=case_id,
        origin=Origin.FLAG,
        flag_id=flag.flag_id,
        kind=KIND_OF_FLAG,
        category=_CATEGORY_OF_FLAG[flag.kind],
        urgency=urgency,
        from_epidemic_area=True if flag.kind is FlagKind.EPIDEMIC_AREA else None,
        trail=(Reason(rule=f"flag.{flag.kind}", words=flag.post_id, effect=f"verdict={flag.verdict}"),),
        rules_version="flags-1",
        tasks=tuple(
            new_task(task_id_of(case_id, agency, 1), agency, urgency, clocks, arrival.at)
            for agency in dict.fromkeys(flag.agencies)
        ),
        timeline=(_opened_by("checkpoints", arrival),),
        synthetic=flag.synthetic,
        received_at=flag.observed_at,
        opened_at=arrival.at,
    )
    return Change(case, say_opened(case))


def decide_test_case(case_id: str, agency: str, account: str, clocks: ClockTable, now: datetime) -> Change[Case]:
    """A task marked as a test, so that an agency's engineers can try their software (F67)."""
    case = Case(
        id=case_id,
        origin=Origin.REPORT,
        kind="question",
        category=Category.QUESTION,
        urgency=Urgency.LOW,
        trail=(Reason(rule="test", effect=f"agency={agency}"),),
        rules_version="test",
        tasks=(new_task(task_id_of(case_id, agency, 1), agency, Urgency.LOW, clocks, now),),
        timeline=(Entry(at=now, what="opened", who=account, through="page", cause=case_id),),
        synthetic=True,
        test=True,
        received_at=now,
        opened_at=now,
    )
    return Change(case, say_opened(case))


def _opened_by(service: str, arrival: Arrival) -> Entry:
    return Entry(at=arrival.at, what="opened", who=service, through="kafka", cause=arrival.cause)


def _pairs(references: tuple[PersonRef, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((reference.by, reference.ref) for reference in references)
