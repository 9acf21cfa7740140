"""From an event to a case: what was said, read by the current rules, with the areas and clocks that hold now."""

from dataclasses import dataclass
from typing import cast

from services.routing.areas import Areas
from services.routing.cases.domain import Case
from services.routing.cases.opening import Arrival, case_id_of, decide_opening, decide_opening_for_flag
from services.routing.cases.work import Rules
from services.routing.triage.reading import read_text
from services.routing.triage.rules import RuleSet
from shared.clock import Clock
from shared.events import Received
from shared.events.checkpoints import FlagRaised
from shared.events.reports import PersonRef, ReportReceived
from shared.identity.references import Reference, ReferenceKind, References
from shared.pending import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Triaging:
    """Reads what arrives.

    Attributes:
        rule_set: how texts are read.
        rules: clocks and who is next.
        areas: the epidemic areas, as checkpoints tell them.
        references: makes the reference that holds for one case only.
    """

    rule_set: RuleSet
    rules: Rules
    areas: Areas
    references: References
    clock: Clock

    def open_report(self, report: Received[ReportReceived]) -> Change[Case]:
        event = report.event
        reading = read_text(
            event.text, event.kind, self.areas.names_at(event.received_at), event.received_at, self.rule_set
        )
        who = next(iter(event.about or event.reporter), None)
        person = self._case_person(who, case_id_of(event.report_id))
        arrival = Arrival(cause=report.id, at=self.clock(), case_person=person)
        return decide_opening(event, reading, self.rules.clocks, arrival)

    def open_flag(self, flag: Received[FlagRaised]) -> Change[Case]:
        arrival = Arrival(cause=flag.id, at=self.clock())
        return decide_opening_for_flag(flag.event, self.rules.clocks, arrival)

    def _case_person(self, who: PersonRef | None, case_id: str) -> str | None:
        if who is None:
            return None
        return self.references.case_ref(Reference(cast("ReferenceKind", who.by), who.ref), case_id).ref
