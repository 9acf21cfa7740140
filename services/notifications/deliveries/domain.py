"""One message to one recipient: how often it is tried, when, and how it ends. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.events.notifications import AlertCancelled, AlertPublished, DeliveryFailed, DeliveryGivenUp, DeliverySent
from shared.ids import derived_id
from shared.pending import Change

CHANNEL = "webhook"
UNDER_WAY = "under-way"
"""The outcome of an attempt that was begun; it stays so where the process died before it heard the answer."""
_CANCELLATION_HOLDS = timedelta(days=1)


class DeliveryStatus(StrEnum):
    """`waiting` also between attempts."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"


class What(StrEnum):
    """What the message says."""

    PUBLISHED = "published"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """How patiently messages are delivered.

    Attributes:
        first: the wait after the first failure; each further one is `factor` times as long, `longest` at most.
        most: attempts of one message.
    """

    first: timedelta = timedelta(seconds=5)
    factor: float = 2.0
    longest: timedelta = timedelta(minutes=30)
    most: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One attempt, written before the call. `outcome` is `under-way`, `http-<status>` or why nobody answered."""

    at: datetime
    claim: str
    outcome: str = UNDER_WAY
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message to one recipient. While it is being tried, `next_attempt_at` is where the lease of `claim` ends."""

    about: str
    what: What
    event_id: str
    recipient_id: str
    channel: str = CHANNEL
    status: DeliveryStatus = DeliveryStatus.WAITING
    tries: tuple[Try, ...] = ()
    next_attempt_at: datetime
    expires_at: datetime
    claim: str = ""
    reason: str = ""
    made_at: datetime
    ended_at: datetime | None = None


def delivery_id_of(event_id: str, recipient_id: str) -> str:
    """One id per recipient, event and channel; receivers see it as `webhook-id`, however often it is sent."""
    return derived_id(event_id, f"delivery:{CHANNEL}:{recipient_id}")


def decide_delivery(
    event: AlertPublished | AlertCancelled, event_id: str, recipient_id: str, now: datetime
) -> Change[Delivery]:
    """What an alert's event becomes for one recipient. A cancellation is worth telling for a day."""
    is_cancelled = isinstance(event, AlertCancelled)
    return Change(
        Delivery(
            about=event.alert_id,
            what=What.CANCELLED if is_cancelled else What.PUBLISHED,
            event_id=event_id,
            recipient_id=recipient_id,
            next_attempt_at=now,
            expires_at=event.cancelled_at + _CANCELLATION_HOLDS
            if isinstance(event, AlertCancelled)
            else event.expires_at,
            made_at=now,
        )
    )


def next_try(delivery: Delivery, now: datetime, tries: Tries) -> datetime | None:
    """When to try again after what just failed, or None: often enough, or too late to matter."""
    made = len(delivery.tries)
    if made >= tries.most:
        return None
    wait = min(tries.first * tries.factor ** max(0, made - 1), tries.longest)
    return now + wait if now + wait < delivery.expires_at else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What one attempt (known by its claim) came to. `again_at` None: no further attempt."""

    claim: str
    ok: bool
    reason: str
    again_at: datetime | None
    seconds: float = 0.0


def decide_settlement(delivery_id: str, delivery: Delivery, settled: Settlement, now: datetime) -> Change[Delivery]:
    """The attempt's outcome, with the event that says so.

    Whoever comes late (its lease ran out, another one took over) may still say that the message arrived, but not
    that it failed: that is for the one who is at it now.
    """
    if delivery.status is not DeliveryStatus.WAITING or (not settled.ok and delivery.claim != settled.claim):
        return Change(delivery)
    told = replace(delivery, tries=_with_outcome(delivery.tries, settled), reason=settled.reason)
    said = {
        "delivery_id": delivery_id,
        "about": delivery.about,
        "recipient_id": delivery.recipient_id,
        "channel": delivery.channel,
        "attempts": len(delivery.tries),
        "at": now,
    }
    if settled.ok:
        ended = replace(told, status=DeliveryStatus.SENT, ended_at=now, reason="")
        return Change(ended, (DeliverySent.model_validate(said),))
    if settled.again_at is not None:
        failed = said | {"reason": settled.reason, "next_attempt_at": settled.again_at}
        return Change(
            replace(told, next_attempt_at=settled.again_at, claim=""), (DeliveryFailed.model_validate(failed),)
        )
    ended = replace(told, status=DeliveryStatus.GIVEN_UP, ended_at=now)
    return Change(ended, (DeliveryGivenUp.model_validate(said | {"reason": settled.reason}),))


def _with_outcome(tries: tuple[Try, ...], settled: Settlement) -> tuple[Try, ...]:
    return tuple(
        replace(each, outcome=settled.reason, seconds=settled.seconds) if each.claim == settled.claim else each
        for each in tries
    )
