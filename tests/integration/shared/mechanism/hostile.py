"""Records that no client of ours would write: a header name that is not UTF-8."""

import struct
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.record._crc32c import crc as crc32c

_MARK = b"ZZZZ"
_CRC, _AFTER_CRC = slice(17, 21), 21  # of a record batch, format 2


async def send_with_unreadable_header_name(bootstrap: str, topic: str, value: bytes) -> None:
    """Put one record on partition 0 that has a header named FF FE FF FE."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
    await producer.start()
    try:
        batch = producer.create_batch()
        batch.append(key=b"k", value=value, timestamp=None, headers=[(_MARK.decode(), b"x")])
        _spoil(batch)
        await (await producer.send_batch(batch, topic, partition=0))
    finally:
        await producer.stop()


def _spoil(batch: Any) -> None:
    build = batch._build

    def build_spoilt() -> bytearray:
        spoilt = bytearray(bytes(build()).replace(_MARK, b"\xff\xfe\xff\xfe"))
        spoilt[_CRC] = struct.pack(">I", crc32c(bytes(spoilt[_AFTER_CRC:])))
        batch._buffer = spoilt
        return spoilt

    batch._build = build_spoilt
