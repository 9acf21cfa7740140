"""What an agency has to do, while colleagues work on it."""

from services.routing.cases.domain import Case, TaskStatus
from services.routing.cases.paging import Place, Section
from services.routing.cases.store import CaseFilter, MongoCases
from shared.events.cases import Urgency
from shared.pending import Versioned
from tests.unit.services.routing.builders import a_case

WORK = CaseFilter(agency="cdc", status="open", urgency=Urgency.HIGH)


class MovingCases(MongoCases):
    """A case is acknowledged between the read of what waits and that of what is at work."""

    def __init__(self) -> None:
        self._held = {TaskStatus.ASSIGNED: ("moves",), TaskStatus.ACKNOWLEDGED: ("moves", "stays", "late")}

    async def _section(
        self,
        chosen: CaseFilter,  # noqa: ARG002 - all that is held is an answer
        section: Section,
        limit: int,
        after: Place | None,  # noqa: ARG002 - likewise
    ) -> list[Versioned[Case]]:
        return [Versioned(id=each, version=1, state=a_case(id=each)) for each in self._held[section[1]][:limit]]


async def test_a_case_that_moves_on_meanwhile_stands_once_and_takes_nobodys_place() -> None:
    found = await MovingCases().waiting(WORK, limit=2)
    assert [each.id for each in found] == ["moves", "stays"]
