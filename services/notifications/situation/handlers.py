"""What the situation does with every event: keep what figures need, each event once."""

from collections.abc import Sequence

from services.notifications.situation.domain import fact_of
from services.notifications.situation.store import GROUP, MongoSituation
from shared.events import REGISTRY, Event, Received
from shared.events.notifications import CountsTaken
from shared.messaging import Said, consumes

EVERYTHING: tuple[type[Event], ...] = tuple(
    contract.model
    for contract in REGISTRY.values()
    if GROUP in contract.consumers and contract.model is not CountsTaken
)
"""Every type whose contract names the situation; a new one is counted without a change here."""


@consumes(*EVERYTHING, group=GROUP)
async def keep_facts(events: Sequence[Received[Event]], situation: MongoSituation) -> Said:
    """Facts first, then the pictures of the cases they speak of, made anew from all that is known."""
    facts = [fact_of(received) for received in events]
    await situation.note(facts)
    await situation.picture({fact.case_id for fact in facts if fact.case_id})
    return None


@consumes(CountsTaken, group=GROUP)
async def keep_counts(counts: Sequence[Received[CountsTaken]], situation: MongoSituation) -> Said:
    """The newest counts of each service."""
    await situation.note_counts([(received.event, received.sequence or 0) for received in counts])
    return None
