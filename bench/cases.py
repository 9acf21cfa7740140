"""Cases by the million as routing keeps them: opened from reports, most of them worked on and resolved."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bson.raw_bson import RawBSONDocument

from bench.moulds import Document, Mould
from bench.reports import received, report_id_of
from services.routing.areas import Areas
from services.routing.cases.clocks import rules_of
from services.routing.cases.domain import Actor, Case, Through
from services.routing.cases.opening import case_id_of, task_id_of
from services.routing.cases.triaging import Triaging
from services.routing.cases.work import Step, Work, decide_work
from services.routing.triage.rules import load_rules
from shared.aggregate_documents import fact_document, update_of
from shared.events import PendingEvent, Received, pend
from shared.events.reports import ReportReceived
from shared.ids import derived_id
from shared.pending import Change, Command, Fact
from shared.runtime import Runtime

TEXTS = 1_000
"""Different reports that the cases are opened from."""
EVERY = timedelta(seconds=8)
"""Between two cases: a million are three months of a bad wave."""
_RECENT = 10_000
_OF_TEN: Mapping[int, tuple[Step, ...]] = {0: (), 1: (Step.ACKNOWLEDGE,)}
_SAID: Mapping[Step, str] = {Step.PROGRESS: "Tổ đã đến nơi.", Step.RESOLVE: "Đã xử lý xong."}
_RESOLVED = (Step.ACKNOWLEDGE, Step.PROGRESS, Step.RESOLVE)


def steps_of(number: int) -> tuple[Step, ...]:
    """What the agencies of the n-th case have done: the work that is left lies among the newest."""
    return _OF_TEN.get(number % 10, _RESOLVED) if number < _RECENT else _RESOLVED


@dataclass(frozen=True, slots=True)
class _First:
    """A case that routing's code made, and the mould of its document."""

    case: Case
    events: tuple[PendingEvent, ...]
    steps: tuple[Step, ...]
    number: int
    mould: Mould

    def names(self, number: int) -> dict[str, str]:
        """For each id in it the one that the case of the n-th report has."""
        case = self.case
        report_id = report_id_of(number)
        case_id = case_id_of(report_id)
        names = {report_id_of(self.number): report_id, case.id: case_id}
        names[_event_id(report_id_of(self.number))] = _event_id(report_id)
        for task in case.tasks:
            task_id = task_id_of(case_id, task.agency, 1)
            names |= {task.id: task_id} | {_key(task.id, step): _key(task_id, step) for step in self.steps}
        return names | {each.id: derived_id(names[each.subject], _role(each)) for each in self.events}


class Cases:
    """Makes cases with routing's own code: one for each text and state of work, copies of it for the rest.

    Args:
        runtime: of routing.
        now: when the newest one was opened.
    """

    def __init__(self, runtime: Runtime, now: datetime) -> None:
        self._rules = rules_of(runtime.profile)
        self._wards = [ward.id for ward in runtime.profile.wards]
        self._triaging = Triaging(
            rule_set=load_rules(runtime.settings.profile / "triage"),
            rules=self._rules,
            areas=Areas(runtime),
            references=runtime.references,
            clock=lambda: now,
        )
        self._now = now
        self._firsts: dict[tuple[int, tuple[Step, ...]], _First] = {}

    def between(self, first: int, until: int) -> Iterator[RawBSONDocument]:
        """The cases of the reports with these numbers; the higher the number, the older the case."""
        for number in range(first, until):
            case = self.first(number % TEXTS, steps_of(number))
            yield RawBSONDocument(case.mould.cast(case.names(number), number * EVERY))

    def first(self, text: int, steps: tuple[Step, ...]) -> _First:
        """The case of which all with this text and this state of work are copies."""
        if (text, steps) not in self._firsts:
            self._firsts[text, steps] = self._made(text, steps)
        return self._firsts[text, steps]

    def _made(self, text: int, steps: tuple[Step, ...]) -> _First:
        report = self._report(text)
        opened = self._triaging.open_report(report)
        events = _said_by(opened, report, self._now)
        document = fact_document(Fact.of(report, opened.state.id, opened), events, self._now)
        case = opened.state
        for task in case.tasks:
            for step in steps:
                case, document = self._worked(case, document, task.id, step)
        return _First(case, events, steps, text, Mould(document))

    def _report(self, number: int) -> Received[ReportReceived]:
        """The n-th report, from one of the wards, as routing reads it from its topic."""
        pending = received(number)
        told = ReportReceived.model_validate_json(pending.data)
        ward = self._wards[number % len(self._wards)]
        return Received(
            event=told.model_copy(update={"place": told.place.model_copy(update={"ward": ward})}),
            id=pending.id,
            type=pending.type,
            source=pending.headers["ce_source"],
            subject=pending.subject,
            sequence=pending.sequence,
            time=pending.at,
            topic=pending.topic,
            partition=0,
            offset=0,
            correlation=pending.headers["ce_correlationid"],
        )

    def _worked(self, case: Case, document: Document, task_id: str, step: Step) -> tuple[Case, Document]:
        """One step of an agency's officer, published."""
        agency, key = case.task(task_id).agency, _key(task_id, step)
        actor = Actor(account=agency, through=Through.PAGE, agency=agency)
        work = Work(step=step, task_id=task_id, actor=actor, text=_SAID.get(step, ""), cause=key)
        change = decide_work(case, work, self._rules, self._now)
        version = document["version"] + len(change.events)
        update = update_of(change, version, (), Command(id=key, digest=f"{task_id}/{step}/"), self._now)
        applied = [*document["applied"], *update["$push"]["applied"]["$each"]]
        return change.state, document | update["$set"] | {"applied": applied, "pending": []}


def _said_by(change: Change[Case], report: Received[ReportReceived], at: datetime) -> tuple[PendingEvent, ...]:
    """What the opening of a case says, in order."""
    return tuple(
        pend(event, source="/routing/cases", sequence=place, at=at, cause=report.cause())
        for place, event in enumerate(change.events, start=1)
    )


def _event_id(report_id: str) -> str:
    """The id of the event by which intake says that it received a report."""
    return derived_id(report_id, "intake.reports.received#1")


def _role(event: PendingEvent) -> str:
    return f"{event.type}#{event.sequence}"


def _key(task_id: str, step: Step) -> str:
    """The command by which an officer took a step."""
    return derived_id(task_id, step)
