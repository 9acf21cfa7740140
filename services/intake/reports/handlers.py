"""What intake does when routing says something about a case: the reporter's picture grows."""

from collections.abc import Sequence

from services.intake.reports.progress import step_of
from services.intake.reports.store import MongoProgress, StepOf
from shared.events import Received
from shared.events.cases import (
    CaseAcknowledged,
    CaseAsked,
    CaseAssigned,
    CaseDeclined,
    CaseEvent,
    CaseOpened,
    CaseProgressed,
    CaseRated,
    CaseReopened,
    CaseReplied,
    CaseResolved,
    CaseTriaged,
    CaseWithdrawn,
)
from shared.messaging import Said, consumes


@consumes(
    CaseOpened,
    CaseTriaged,
    CaseAssigned,
    CaseAcknowledged,
    CaseDeclined,
    CaseAsked,
    CaseProgressed,
    CaseReplied,
    CaseResolved,
    CaseReopened,
    CaseWithdrawn,
    CaseRated,
    group="intake.reports",
)
async def note_progress(events: Sequence[Received[CaseEvent]], progress: MongoProgress) -> Said:
    """Cases that a checkpoint's flag opened have no report, and no reporter to show anything to."""
    await progress.note(
        [
            StepOf(received.event.report_id, received.id, step_of(received.event, received.sequence or 0))
            for received in events
            if received.event.report_id
        ]
    )
    return None
