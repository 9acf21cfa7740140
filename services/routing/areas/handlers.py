"""What routing does when an epidemic area changes: from now on texts are read against it."""

from collections.abc import Sequence

from services.routing.areas.store import Areas
from shared.events import Received
from shared.events.checkpoints import AreaChanged
from shared.messaging import Said, consumes


@consumes(AreaChanged, group="routing.areas")
async def keep_areas(changes: Sequence[Received[AreaChanged]], areas: Areas) -> Said:
    await areas.note(changes)
    return None
