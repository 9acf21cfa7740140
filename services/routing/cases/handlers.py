"""What routing does when intake or a checkpoint says something."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from services.routing.cases.domain import Case
from services.routing.cases.opening import case_id_of
from services.routing.cases.reporter import decide_answer, decide_rating, decide_reopening, decide_withdrawal
from services.routing.cases.store import GROUP, MongoCases
from services.routing.cases.triaging import Triaging
from shared.clock import Clock
from shared.events import Received
from shared.events.checkpoints import FlagRaised
from shared.events.reports import (
    ReportAnsweredByReporter,
    ReportRated,
    ReportReceived,
    ReportReopenRequested,
    ReportWithdrawn,
)
from shared.lanes import in_lanes
from shared.messaging import Said, consumes
from shared.pending import Change, Command, Fact
from shared.progress import in_turns

FromReporter = ReportAnsweredByReporter | ReportWithdrawn | ReportReopenRequested | ReportRated


@consumes(ReportReceived, group=GROUP)
async def open_cases(reports: Sequence[Received[ReportReceived]], cases: MongoCases, triaging: Triaging) -> Said:
    """Each report becomes a case with its tasks, once and for all."""
    opened = [triaging.open_report(report) async for report in in_turns(reports)]
    facts = [Fact.of(report, change.state.id, change) for report, change in zip(reports, opened, strict=True)]
    return await cases.aggregates.record(facts)


@consumes(FlagRaised, group=GROUP)
async def open_cases_for_flags(flags: Sequence[Received[FlagRaised]], cases: MongoCases, triaging: Triaging) -> Said:
    """Each flag of a post becomes a case of the agencies it names."""
    opened = [triaging.open_flag(flag) for flag in flags]
    facts = [Fact.of(flag, change.state.id, change) for flag, change in zip(flags, opened, strict=True)]
    return await cases.aggregates.record(facts)


@consumes(ReportAnsweredByReporter, ReportWithdrawn, ReportReopenRequested, ReportRated, group=GROUP)
async def hear_reporters(
    said: Sequence[Received[FromReporter]], cases: MongoCases, triaging: Triaging, clock: Clock
) -> Said:
    """What reporters add, take back, reopen or rate changes their case."""

    async def hear(received: Received[FromReporter]) -> None:
        await cases.aggregates.change(
            case_id_of(received.event.report_id),
            partial(_decide, received=received, triaging=triaging, now=clock()),
            received.cause(),
            command=Command.of_event(received),
        )

    await in_lanes(said, lambda received: received.event.report_id, hear)
    return None


def _decide(case: Case, received: Received[FromReporter], triaging: Triaging, now: datetime) -> Change[Case]:
    event, cause = received.event, received.id
    match event:
        case ReportAnsweredByReporter():
            return decide_answer(case, event, cause, now)
        case ReportWithdrawn():
            return decide_withdrawal(case, event, cause, now)
        case ReportReopenRequested():
            return decide_reopening(case, event, triaging.rules.clocks, cause, now)
        case ReportRated():
            return decide_rating(case, event, cause, now)
