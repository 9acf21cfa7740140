"""The desk of flags: what waits for an agency, and that it was seen."""

from dataclasses import dataclass

from services.checkpoints.flags.domain import Flag, decide_acknowledgement
from services.checkpoints.flags.store import MongoFlags
from shared.audit import Audit
from shared.clock import Clock
from shared.errors import Forbidden, Text
from shared.events import Cause
from shared.pending import Command, Versioned
from shared.security import Person, Role
from shared.telemetry import current_traceparent

_NO_AGENCY = Text(
    vi="Chỉ cán bộ của cơ quan được báo mới xác nhận được.",
    en="Only an officer of an agency concerned can acknowledge.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagDesk:
    """The use cases of flags."""

    flags: MongoFlags
    audit: Audit
    clock: Clock

    async def acknowledge(self, flag_id: str, key: str, person: Person) -> Versioned[Flag]:
        """The person's agency has seen the flag.

        Raises:
            Forbidden: the person belongs to no agency.
            NotFound: the flag is none of this agency's.
        """
        if person.agency is None:
            raise Forbidden("not-permitted", _NO_AGENCY)
        agency, now = person.agency, self.clock()
        await self.audit.record(person.account, "flag.acknowledged", f"flag/{flag_id}")
        return await self.flags.aggregates.change(
            flag_id,
            lambda flag: decide_acknowledgement(flag, agency, person.account, now),
            Cause.of_command(key, traceparent=current_traceparent.get()),
            command=Command(id=key),
        )


def agency_shown_to(person: Person) -> str | None:
    """Whose flags a person sees: their agency's; the committee, dispatchers and operators see all."""
    sees_all = person.has_any(Role.COMMITTEE, Role.DISPATCHER, Role.OPERATOR)
    return None if sees_all else (person.agency or "")
