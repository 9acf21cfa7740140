"""The reports that are measured with: the words of the labelled corpus as intake publishes them, 600 bytes each."""

import asyncio
import itertools
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from aiokafka import AIOKafkaProducer

from shared.events import Cause, PendingEvent, pend, record_of
from shared.events.reports import Channel, PersonRef, Place, ReportKind, ReportReceived
from shared.ids import derived_id
from shared.settings import ROOT

LABELLED = ROOT / "tests" / "unit" / "routing" / "triage" / "labelled.jsonl"
_KINDS = (ReportKind.SUSPECTED_INFECTION, ReportKind.MEDICAL_SUPPORT, ReportKind.VIOLATION, ReportKind.QUESTION)
_AT = datetime(2026, 11, 23, 1, 15, tzinfo=UTC)
_BYTES = 600


@cache
def texts() -> tuple[str, ...]:
    """What citizens write, by the labelled corpus."""
    return tuple(json.loads(line)["text"] for line in LABELLED.read_text(encoding="utf-8").splitlines())


def bodies(count: int) -> Iterator[dict[str, object]]:
    """Reports as a program posts them."""
    for number, text in enumerate(itertools.islice(itertools.cycle(texts()), count)):
        yield {"kind": _KINDS[number % len(_KINDS)].value, "words": text, "synthetic": True}


def report_id_of(number: int) -> str:
    """The id of the n-th report."""
    return derived_id(f"bench-{number}", "report")


def received(number: int) -> PendingEvent:
    """The n-th report as intake publishes it, some 600 bytes long."""
    report_id = report_id_of(number)
    reporter = (PersonRef(by="phone", ref=f"k1.{derived_id(report_id, 'phone').replace('-', '')}"),)
    event = ReportReceived(
        report_id=report_id,
        kind=_KINDS[number % len(_KINDS)],
        channel=Channel.PAGE,
        language="vi",
        text=texts()[number % len(texts())],
        about=reporter,
        reporter=reporter,
        place=Place(ward="thuan-hoa", latitude=16.463, longitude=107.585),
        synthetic=True,
        received_at=_AT,
    )
    return pend(event, source="/intake/reports", sequence=1, at=_AT, cause=Cause.of_command(report_id))


def write_records(file: Path, numbers: range) -> None:
    """These reports as records, one a line: key, value and headers, for loads without our packages."""
    with file.open("w", encoding="utf-8") as lines:
        for number in numbers:
            key, value, headers = record_of(received(number))
            texts_of = [(name, text.decode()) for name, text in headers]
            lines.write(json.dumps([key.decode(), value.decode(), texts_of], ensure_ascii=False) + "\n")


def fill(bootstrap: str, prefix: str, count: int, first: int = 0) -> None:
    """Put so many reports on their topic, from the `first` one on."""
    asyncio.run(_fill(bootstrap, prefix, range(first, first + count)))


async def _fill(bootstrap: str, prefix: str, numbers: Iterable[int]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", linger_ms=20, max_batch_size=65_536)
    await producer.start()
    try:
        sent = []
        for number in numbers:
            event = received(number)
            key, value, headers = record_of(event)
            sent.append(await producer.send(prefix + event.topic, value, key=key, headers=headers))
        await asyncio.gather(*sent)
    finally:
        await producer.stop()
