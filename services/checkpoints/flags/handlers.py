"""What happens when a pass was recorded that others must hear of."""

from collections.abc import Sequence

from services.checkpoints.flags.domain import decide_raising, flag_id_of
from services.checkpoints.flags.store import GROUP, MongoFlags
from shared.clock import Clock
from shared.events import Received
from shared.events.checkpoints import PassRecorded
from shared.messaging import Said, consumes
from shared.pending import Fact


@consumes(PassRecorded, group=GROUP)
async def raise_flags(passes: Sequence[Received[PassRecorded]], flags: MongoFlags, clock: Clock) -> Said:
    """Each kind of flag of a pass is raised once and for all, however often the pass is told."""
    now = clock()
    return await flags.aggregates.record(
        [
            Fact.of(received, flag_id_of(received.event.pass_id, kind), decide_raising(received.event, kind, now))
            for received in passes
            for kind in dict.fromkeys(received.event.flags)
        ]
    )
