from types import SimpleNamespace
from typing import Any

from aiokafka import TopicPartition
from hypothesis import given
from hypothesis import strategies as st

from shared.batches import IN_A_ROW, SHARE, WINDOW, Batch, GroupOffsets, PartitionHealth, event_id_of, first_offsets


def record(offset: int, partition: int = 0, **fields: Any) -> Any:
    return SimpleNamespace(topic="t", partition=partition, offset=offset, **fields)


def health_after(outcomes: list[bool]) -> PartitionHealth:
    health = PartitionHealth()
    for dead in outcomes:
        health.note(dead=dead)
    return health


def is_burst(outcomes: list[bool]) -> bool:
    """The rule as FAULTS has it, worked out anew for every prefix."""
    for end in range(1, len(outcomes) + 1):
        seen = outcomes[:end]
        if len(seen) >= IN_A_ROW and all(seen[-IN_A_ROW:]):
            return True
        if len(seen) >= WINDOW and sum(seen[-WINDOW:]) > SHARE * WINDOW:
            return True
    return False


runs = st.lists(st.tuples(st.booleans(), st.integers(1, 70)), max_size=30)


@given(runs)
def test_a_partition_is_sick_after_fifty_in_a_row_or_more_than_five_percent(
    given_runs: list[tuple[bool, int]],
) -> None:
    outcomes = [dead for dead, length in given_runs for _ in range(length)]
    assert health_after(outcomes).is_sick == is_burst(outcomes)


def test_forty_nine_in_a_row_are_not_yet_a_burst() -> None:
    assert not health_after([True] * 49 + [False] + [True] * 49).is_sick
    assert health_after([True] * 50).is_sick


def test_one_in_twenty_is_borne_and_one_more_is_not() -> None:
    borne = ([True] + [False] * 19) * 50
    assert not health_after(borne).is_sick
    assert health_after([*borne[:-1], True]).is_sick


def test_a_good_record_after_a_burst_does_not_hide_it() -> None:
    assert health_after([True] * 50 + [False]).is_sick


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 200)), min_size=1, unique=True), st.data())
def test_a_stopped_partition_is_done_up_to_where_it_stopped_and_the_others_to_their_end(
    places: list[tuple[int, int]], data: st.DataObject
) -> None:
    records = [record(offset, partition) for partition, offset in sorted(places)]
    batch = Batch.of(records)
    batch.dead = [(each, "x") for each in records]
    batch.unreadable = list(batch.dead)
    stopped = data.draw(st.sampled_from(records))
    batch.stop_at(TopicPartition("t", stopped.partition), stopped.offset)
    undone = [each for each in records if each.partition == stopped.partition and each.offset >= stopped.offset]
    assert [each for each in records if not batch.is_done(each)] == undone
    assert [each for each, _ in batch.dead] == [each for each in records if each not in undone]
    assert batch.unreadable == batch.dead


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 200)), min_size=1, unique=True))
def test_a_rewind_goes_back_to_the_first_record_of_each_partition(places: list[tuple[int, int]]) -> None:
    first = first_offsets([record(offset, partition) for partition, offset in places])
    for partition in {partition for partition, _ in places}:
        assert first[TopicPartition("t", partition)] == min(o for p, o in places if p == partition)


def test_an_offset_is_committed_only_where_a_later_one_was_seen() -> None:
    offsets = GroupOffsets()
    assert not offsets.is_committed("t", 0, 0)
    offsets.note("t", 0, 5)
    assert [offsets.is_committed("t", 0, each) for each in (4, 5)] == [True, False]
    assert not offsets.is_committed("t", 1, 0)
    assert (offsets.is_known("t", 0), offsets.is_known("t", 1)) == (True, False)


def test_the_id_of_an_unreadable_record_is_cut_and_never_fails() -> None:
    assert event_id_of(record(0, headers=[("ce_id", b"\xff" + b"x" * 500)])) == "\ufffd" + "x" * 199
    assert event_id_of(record(0, headers=[("ce_id", None), ("x", b"y")])) is None
