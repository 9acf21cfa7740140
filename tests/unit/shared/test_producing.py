"""What one call could not begin to send holds back what would overtake it; a key goes where every client sends it."""

import pytest
from aiokafka.errors import (
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    OutOfOrderSequenceNumber,
    UnknownTopicOrPartitionError,
)
from aiokafka.partitioner import DefaultPartitioner

from shared.producing import Record, _partition_of, _Unsent


def record(topic: str = "a", key: bytes | None = b"k") -> Record:
    return Record(topic, key, b"{}")


@pytest.mark.parametrize("error", [KafkaTimeoutError(), UnknownTopicOrPartitionError()])
def test_a_full_buffer_or_an_unknown_topic_holds_back_the_whole_topic(error: Exception) -> None:
    unsent = _Unsent()
    unsent.note(record(), error)
    assert unsent.reason(record(key=b"other")) is error
    assert unsent.reason(record(topic="b")) is None


def test_a_record_that_is_too_large_holds_back_its_own_key_only() -> None:
    unsent, error = _Unsent(), MessageSizeTooLargeError()
    unsent.note(record(), error)
    assert unsent.reason(record()) is error
    assert unsent.reason(record(key=b"other")) is None
    assert unsent.reason(record(topic="b")) is None


def test_records_without_a_key_are_in_nobodys_way() -> None:
    unsent = _Unsent()
    unsent.note(record(key=None), MessageSizeTooLargeError())
    assert unsent.reason(record(key=None)) is None


def test_only_what_the_broker_refused_spends_a_producer() -> None:
    unsent, own = _Unsent(), MessageSizeTooLargeError()
    unsent.note(record(), own)
    assert not unsent.broker_refused_one_of([own, None, KafkaTimeoutError()])
    assert unsent.broker_refused_one_of([own, MessageSizeTooLargeError()])
    assert unsent.broker_refused_one_of([None, OutOfOrderSequenceNumber()])


@pytest.mark.parametrize("key", [b"", b"k", "Huế".encode(), b"4cc1f6a2-2f2a-5b0d-9c39-0f8c3b6a7d10"])
@pytest.mark.parametrize("partitions", [1, 6, 50])
def test_a_key_goes_to_the_partition_that_the_clients_agree_on(key: bytes, partitions: int) -> None:
    there = list(range(partitions))
    assert _partition_of(key, there, there) == DefaultPartitioner()(key, there, there)


def test_what_has_no_key_goes_where_somebody_is() -> None:
    assert _partition_of(None, [0, 1, 2], [2]) == 2
    assert _partition_of(None, [0, 1], []) in (0, 1)
