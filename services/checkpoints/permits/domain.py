"""What a permit is, and whether it stands at a moment. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.errors import Conflict, FieldProblem, Text, Unprocessable
from shared.events.checkpoints import PermitIssued, PermitRevoked
from shared.pending import Change

LONGEST = timedelta(days=366)


class Purpose(StrEnum):
    """Why somebody must travel."""

    FREIGHT = "freight"
    DELIVERY = "delivery"
    WORK = "work"
    DUTY = "duty"
    MEDICAL = "medical"
    FUNERAL = "funeral"
    PASSENGERS = "passengers"
    RETURN_HOME = "return_home"
    OTHER = "other"


PURPOSE_TEXTS: Mapping[Purpose, Text] = {
    Purpose.FREIGHT: Text("Vận chuyển hàng hóa", "Freight"),
    Purpose.DELIVERY: Text("Giao hàng", "Delivery"),
    Purpose.WORK: Text("Đi làm hằng ngày", "Daily work"),
    Purpose.DUTY: Text("Công vụ", "Official duty"),
    Purpose.MEDICAL: Text("Khám chữa bệnh", "Medical treatment"),
    Purpose.FUNERAL: Text("Việc tang", "Funeral"),
    Purpose.PASSENGERS: Text("Đưa đón công nhân, chuyên gia", "Carrying workers or experts"),
    Purpose.RETURN_HOME: Text("Đưa công dân về quê", "Bringing people home"),
    Purpose.OTHER: Text("Lý do khác", "Another reason"),
}


class Standing(StrEnum):
    """What a permit is worth at a moment."""

    VALID = "valid"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """A permit to pass.

    Attributes:
        vehicles: keyed references of tractor and trailer.
        identity: plates, holder and note, sealed.
        posts: those it is good for; empty means all.
        code_hash: of the hand code, which is recomputed and never stored.
        valid_until: exclusive, as all ends are.
    """

    purpose: Purpose
    vehicles: tuple[str, ...]
    identity: dict[str, bytes]
    posts: tuple[str, ...]
    valid_from: datetime
    valid_until: datetime
    code_hash: str
    issued_by: str
    issued_at: datetime
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    revoke_reason: str = ""
    synthetic: bool = False

    def standing_at(self, when: datetime) -> Standing:
        """What it is worth at a moment; one revoked today was good yesterday."""
        if self.revoked_at is not None and self.revoked_at <= when:
            return Standing.REVOKED
        if when >= self.valid_until:
            return Standing.EXPIRED
        return Standing.NOT_YET if when < self.valid_from else Standing.VALID


@dataclass(frozen=True, slots=True)
class KnownPermit:
    """A permit with its id."""

    id: str
    permit: Permit


def decide_issue(permit_id: str, permit: Permit) -> Change[Permit]:
    """A permit is issued; one for a time that is over is a record, and stands for nothing.

    Raises:
        Unprocessable: it ends before it begins, or only after a year.
    """
    if permit.valid_until <= permit.valid_from:
        raise _wrong(_ENDS_BEFORE)
    if permit.valid_until - permit.valid_from > LONGEST:
        raise _wrong(_TOO_LONG)
    event = PermitIssued(
        permit_id=permit_id,
        purpose=permit.purpose.value,
        valid_from=permit.valid_from,
        valid_until=permit.valid_until,
        at=permit.issued_at,
    )
    return Change(permit, (event,))


def decide_revocation(permit_id: str, permit: Permit, reason: str, by: str, now: datetime) -> Change[Permit]:
    """The permit no longer counts, from now on.

    Raises:
        Conflict: it was revoked before, or has expired.
    """
    standing = permit.standing_at(now)
    if standing in {Standing.REVOKED, Standing.EXPIRED}:
        raise Conflict("permit-over", _OVER)
    revoked = replace(permit, revoked_at=now, revoked_by=by, revoke_reason=reason)
    event = PermitRevoked(
        permit_id=permit_id,
        purpose=permit.purpose.value,
        valid_from=permit.valid_from,
        valid_until=permit.valid_until,
        reason=reason,
        at=now,
    )
    return Change(revoked, (event,))


def _wrong(text: Text) -> Unprocessable:
    return Unprocessable("invalid-fields", text, fields=[FieldProblem("valid_until", text)])


_ENDS_BEFORE = Text(
    vi="Giấy phải hết hạn sau khi bắt đầu; hãy xem lại.", en="A permit must end after it begins; check it."
)
_TOO_LONG = Text(vi="Giấy có hạn không quá một năm.", en="A permit lasts a year at most.")
_OVER = Text(vi="Giấy này đã bị thu hồi hoặc đã hết hạn.", en="This permit was revoked or has expired.")
