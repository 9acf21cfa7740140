from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from shared.events import PendingEvent
from shared.mongo import Collection
from shared.publishing import Offer, _without_repeats

REPORTS = cast(Collection, SimpleNamespace(name="reports"))


def event(number: int) -> PendingEvent:
    return PendingEvent(
        id=f"e{number}",
        type="intake.reports.received",
        topic="intake.reports.v1",
        key="k",
        subject="k",
        sequence=number,
        at=datetime(2026, 3, 2, tzinfo=UTC),
        headers={},
        data="{}",
    )


def offer(document_id: str, first: int, last: int) -> Offer:
    """What a write returned: everything of the document that was pending then."""
    return Offer(REPORTS, document_id, tuple(event(number) for number in range(first, last + 1)))


def flat(offers: list[Offer]) -> list[tuple[str, int]]:
    return [(each.document_id, one.sequence) for each in offers for one in each.pending]


spans = st.tuples(st.sampled_from("abc"), st.integers(1, 9), st.integers(0, 9))


@given(st.lists(spans, max_size=12))
def test_overlapping_offers_send_each_event_once_and_lose_none(given_spans: list[tuple[str, int, int]]) -> None:
    offers = [offer(document, first, first + length) for document, first, length in given_spans]
    sent = flat(_without_repeats(offers))
    assert len(sent) == len(set(sent))
    assert set(sent) == set(flat(offers))


@given(st.lists(st.integers(1, 9), min_size=1, max_size=9).map(sorted))
def test_offers_of_growing_lists_are_sent_in_the_order_of_their_sequences(ends: list[int]) -> None:
    sent = flat(_without_repeats([offer("a", 1, end) for end in ends]))
    assert [sequence for _, sequence in sent] == list(range(1, ends[-1] + 1))


def test_events_of_other_documents_with_the_same_id_are_not_repeats() -> None:
    assert len(flat(_without_repeats([offer("a", 1, 1), offer("b", 1, 1)]))) == 2


@given(st.sets(st.integers(1, 9)))
def test_an_offer_without_what_is_known_keeps_the_rest_in_order(known: set[int]) -> None:
    left = offer("a", 1, 9).without({f"e{number}" for number in known})
    assert [one.sequence for one in left.pending] == sorted(set(range(1, 10)) - known)
    assert (left.document_id, left.collection) == ("a", REPORTS)


def test_clearing_removes_the_named_events_and_the_mark_with_the_last_of_them() -> None:
    from shared.publishing import _cleared

    update: Any = _cleared(["e1", "e2"])
    assert update[0]["$set"]["pending"]["$filter"]["cond"] == {"$not": {"$in": ["$$this.id", ["e1", "e2"]]}}
    assert set(update[1]["$set"]) == {"pending_since", "refusals"}
