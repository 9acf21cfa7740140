from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.aggregate_documents import events_of_fact, fact_document, new_document, update_of
from shared.events import Cause, PendingEvent
from shared.pending import Change, Command, Fact

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    text: str
    at: datetime = AT


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
events = st.builds(
    PendingEvent,
    id=words,
    type=st.just("intake.reports.received"),
    topic=st.just("intake.reports.v1"),
    key=words,
    subject=words,
    sequence=st.integers(1, 2**53),
    at=st.datetimes(timezones=st.just(UTC)),
    headers=st.dictionaries(words, words, max_size=4),
    data=words,
)
several = st.lists(events, max_size=4)


@given(events)
def test_an_event_comes_out_of_its_document_as_it_went_in(event: PendingEvent) -> None:
    assert PendingEvent.from_document(event.to_document()) == event


@given(words, several)
def test_a_new_document_waits_exactly_when_it_has_something_to_say(text: str, pending: list[PendingEvent]) -> None:
    document = new_document("d1", Change(State(text=text)), pending, AT)
    assert ("pending_since" in document, "pending" in document) == (bool(pending), bool(pending))
    assert document["version"] == max(1, len(pending))
    assert document["state"] == {"text": text, "at": AT}


@given(several, several, st.integers(2, 2**53))
def test_an_update_keeps_what_still_waits_in_front_and_the_oldest_time(
    fact: list[PendingEvent], own: list[PendingEvent], version: int
) -> None:
    pending = [*fact, *own]
    update = update_of(Change(State(text="x")), version, pending, Command(id="c1", digest="d"), AT)
    assert update["$set"]["version"] == version
    assert update["$set"]["fact_said_again"] is True
    assert update["$push"]["applied"]["$each"] == [{"id": "c1", "digest": "d"}]
    assert ("pending" in update["$push"], "$min" in update) == (bool(pending), bool(pending))
    if pending:
        assert update["$push"]["pending"] == {
            "$each": [event.to_document() for event in pending]
        }  # behind: no $position
        assert update["$min"] == {"pending_since": AT}


@given(several, st.integers(0, 2**53))
def test_a_fact_says_the_same_whatever_happens_to_the_rest_of_its_document(
    said: list[PendingEvent], offset: int
) -> None:
    fact = Fact(
        id="f1",
        change=Change(State(text="x")),
        cause=Cause(id="c", correlation="c"),
        topic="intake.reports.v1",
        partition=3,
        offset=offset,
    )
    document = fact_document(fact, said, AT)
    changed = document | {"state": {}, "version": 99, "updated_at": AT + timedelta(days=1)}
    assert events_of_fact(changed) == said
    assert "pending_since" not in document  # the consumer loop publishes it, not the relay
    assert {k: document["fact"][k] for k in ("topic", "partition", "offset")} == {
        "topic": "intake.reports.v1",
        "partition": 3,
        "offset": offset,
    }
