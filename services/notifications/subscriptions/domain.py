"""Who wants to hear of alerts, where, and about which wards. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from shared.errors import Conflict, Text
from shared.pending import Change
from shared.security.people import Person, Role


class SubscriptionStatus(StrEnum):
    """`gone`: the receiver itself said that it is no more (HTTP 410)."""

    ACTIVE = "active"
    LEFT = "left"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A webhook. `wards` empty: the whole province. `sealed` holds the signing secret, encrypted.

    `made_at` decides who hears of what: an alert goes to those who were there when it was published, however late
    or often its event is read.
    """

    label: str
    url: str
    wards: tuple[str, ...] = ()
    status: SubscriptionStatus = SubscriptionStatus.ACTIVE
    sealed: Mapping[str, bytes] = field(default_factory=dict)
    made_by: str
    agency: str | None = None
    made_at: datetime
    ended_at: datetime | None = None

    @property
    def is_active(self) -> bool:
        return self.status is SubscriptionStatus.ACTIVE

    def is_visible_to(self, person: Person) -> bool:
        """Its agency's people see it, or who made it where there is no agency; operators see all."""
        if Role.OPERATOR in person.roles:
            return True
        return person.agency == self.agency if self.agency else person.account == self.made_by


def decide_change(subscription: Subscription, *, label: str, url: str, wards: Sequence[str]) -> Change[Subscription]:
    """Another label, address or choice of wards; the secret stays.

    Raises:
        Conflict: it has ended.
    """
    if not subscription.is_active:
        raise Conflict("subscription-ended", _ENDED)
    return Change(replace(subscription, label=label, url=url, wards=tuple(wards)))


def decide_end(subscription: Subscription, status: SubscriptionStatus, now: datetime) -> Change[Subscription]:
    """Nothing is sent any more; ending it twice changes nothing."""
    if not subscription.is_active:
        return Change(subscription)
    return Change(replace(subscription, status=status, ended_at=now))


_ENDED = Text(vi="Đăng ký này đã kết thúc. Hãy tạo đăng ký mới.", en="This subscription has ended. Make a new one.")
