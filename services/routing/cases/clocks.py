"""The profile's clocks and hand-over order as the decisions need them. Pure."""

from services.routing.cases.domain import Clocks
from services.routing.cases.work import Rules
from shared.events.cases import Urgency
from shared.profile import Profile


def rules_of(profile: Profile) -> Rules:
    """Clocks by agency and urgency, and who is asked next when an agency declines."""
    clocks = {
        agency.id: {
            Urgency(urgency): Clocks(acknowledge=c.acknowledge, update=c.update, resolve=c.resolve)
            for urgency, c in agency.clocks.items()
        }
        for agency in profile.agencies
    }
    return Rules(clocks, {agency.id: agency.next for agency in profile.agencies if agency.next})
