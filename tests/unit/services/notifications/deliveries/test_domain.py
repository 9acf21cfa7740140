from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.notifications.deliveries.domain import (
    Delivery,
    DeliveryStatus,
    Settlement,
    Tries,
    Try,
    decide_delivery,
    decide_settlement,
    delivery_id_of,
    next_try,
)
from shared.events.notifications import AlertCancelled, AlertPublished, DeliveryFailed, DeliveryGivenUp, DeliverySent
from tests.unit.services.notifications.builders import NOON, a_delivery, after

PUBLISHED = AlertPublished.model_validate(AlertPublished.contract.example)
CANCELLED = AlertCancelled.model_validate(AlertCancelled.contract.example)


def under_way(claim: str = "p/1", **fields: object) -> Delivery:
    return a_delivery(claim=claim, tries=(Try(at=NOON, claim=claim),), next_attempt_at=after(seconds=30), **fields)


def settlement(claim: str = "p/1", *, ok: bool = False, again: bool = True) -> Settlement:
    reason = "http-204" if ok else "http-503"
    return Settlement(claim=claim, ok=ok, reason=reason, again_at=after(seconds=5) if again and not ok else None)


def test_the_id_is_one_per_recipient_event_and_channel() -> None:
    assert delivery_id_of("e-1", "s-1") == delivery_id_of("e-1", "s-1")
    assert len({delivery_id_of(event, to) for event in ("e-1", "e-2") for to in ("s-1", "s-2")}) == 4


def test_a_message_counts_until_its_alert_expires_and_a_cancellation_for_a_day() -> None:
    assert decide_delivery(PUBLISHED, "e-1", "s-1", NOON).state.expires_at == PUBLISHED.expires_at
    expiry = decide_delivery(CANCELLED, "e-2", "s-1", NOON).state.expires_at
    assert expiry == CANCELLED.cancelled_at + timedelta(days=1)


def test_a_message_that_arrived_is_done() -> None:
    change = decide_settlement("d-1", under_way(), settlement(ok=True), after(seconds=1))
    (said,) = change.events
    assert isinstance(said, DeliverySent)
    assert (said.attempts, said.recipient_id) == (1, "s-1")
    assert change.state.status is DeliveryStatus.SENT
    assert change.state.tries[0].outcome == "http-204"


def test_a_failure_names_its_reason_and_the_next_attempt() -> None:
    change = decide_settlement("d-1", under_way(), settlement(), after(seconds=1))
    (said,) = change.events
    assert isinstance(said, DeliveryFailed)
    assert (said.reason, said.next_attempt_at) == ("http-503", after(seconds=5))
    assert (change.state.status, change.state.next_attempt_at) == (DeliveryStatus.WAITING, after(seconds=5))


def test_without_a_next_attempt_it_is_given_up() -> None:
    change = decide_settlement("d-1", under_way(), settlement(again=False), after(seconds=1))
    (said,) = change.events
    assert isinstance(said, DeliveryGivenUp)
    assert change.state.status is DeliveryStatus.GIVEN_UP


def test_what_is_settled_stays_so() -> None:
    sent = decide_settlement("d-1", under_way(), settlement(ok=True), NOON).state
    for late in (settlement(), settlement("p/2", ok=True), settlement(again=False)):
        change = decide_settlement("d-1", sent, late, after(minutes=1))
        assert (change.state, change.events) == (sent, ())


def test_whoever_lost_the_lease_may_say_that_it_arrived_but_not_that_it_failed() -> None:
    taken_over = under_way("p/2")
    assert decide_settlement("d-1", taken_over, settlement("p/1"), NOON).events == ()
    (said,) = decide_settlement("d-1", taken_over, settlement("p/1", ok=True), NOON).events
    assert isinstance(said, DeliverySent)


@given(made=st.integers(1, 40), lived=st.integers(0, 90_000))
def test_attempts_end_in_number_and_time_and_never_come_sooner(made: int, lived: int) -> None:
    tries = Tries(most=10)
    now = after(seconds=lived)
    delivery = a_delivery(tries=tuple(Try(at=NOON, claim=str(n)) for n in range(made)))
    again = next_try(delivery, now, tries)
    if again is None:
        assert made >= tries.most or now + tries.longest >= delivery.expires_at
    else:
        assert now + tries.first <= again <= now + tries.longest
        assert again < delivery.expires_at
