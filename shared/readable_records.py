"""Records whose header names are not UTF-8 are read all the same.

aiokafka decodes header names strictly and inside its fetcher: one such record (any program of an agency can send it,
and the broker accepts it) raises out of every poll for ever, and what other partitions had already handed over in
that poll is skipped without being consumed (measured). Here the unreadable bytes of a name become U+FFFD instead, so
that the loop validates the record by itself like any other.
"""

from typing import Any

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords, _MemoryRecordsPy


def read_every_header_name() -> None:
    """Make aiokafka's consumers of this process forgiving; safe to call more than once."""
    fetcher.MemoryRecords = readable_records  # the one place where fetched bytes become records


def readable_records(fetched: bytes) -> Any:
    """The records of one fetch: aiokafka's own reader, or a forgiving and slower one where that one would fail."""
    return MemoryRecords(fetched) if _is_readable(fetched) else _ForgivingRecords(fetched)


def _is_readable(fetched: bytes) -> bool:
    records = MemoryRecords(fetched)
    try:
        while records.has_next():
            for _ in records.next_batch():
                pass
    except UnicodeDecodeError:
        return False
    except Exception:  # noqa: BLE001 - the fetcher meets the same error and says what it is
        return True
    return True


class _ForgivingRecords(_MemoryRecordsPy):  # type: ignore[misc]  # aiokafka ships no types
    """aiokafka's reader in Python over bytes that decode to something in any case."""

    def next_batch(self) -> Any:
        part = self._next_slice
        self._cache_next()
        batch = _DefaultRecordBatchPy(part)
        batch._buffer = _ForgivingBytes(batch._buffer)  # noqa: SLF001 - its parser reads names from here
        return batch


class _ForgivingBytes(bytearray):
    def __getitem__(self, place: Any) -> Any:
        part = super().__getitem__(place)
        return _ForgivingBytes(part) if isinstance(part, bytearray) else part

    def decode(self, encoding: str = "utf-8", errors: str = "replace") -> str:
        return super().decode(encoding, errors)
