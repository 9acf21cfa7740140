"""Whatever stands on a topic: each bad record is parked once, with its reason, and costs the good ones nothing."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from shared.dead_letters import Selection
from shared.events import REGISTRY, Received
from shared.events.accounts import AccountChanged
from shared.events.reports import ReportReceived
from shared.messaging import Reaction, Said
from shared.publishing import Record
from shared.topics import ROUTING_ACCOUNTS
from tests.eventually import eventually
from tests.integration.shared.mechanism.backbone import (
    CASES,
    GROUP,
    REPORTS,
    Backbone,
    opening,
    reacting,
    record_of_report,
)
from tests.integration.shared.mechanism.hostile import send_with_unreadable_header_name

pytestmark = pytest.mark.kafka


def not_json(number: int) -> Record:
    return replace(record_of_report(f"bad{number}"), value=b"{not json")


def against_the_schema(number: int) -> Record:
    return replace(record_of_report(f"bad{number}"), value=b'{"report_id": 7}')


def of_unknown_type(number: int) -> Record:
    good = record_of_report(f"bad{number}")
    return replace(
        good, headers=[*(h for h in good.headers if h[0] != "ce_type"), ("ce_type", b"intake.reports.sung")]
    )


def of_newer_version(number: int) -> Record:
    good = record_of_report(f"bad{number}")
    schema = ("ce_dataschema", b"urn:haivan:schema:intake.reports.received:99")
    return replace(good, headers=[*(h for h in good.headers if h[0] != "ce_dataschema"), schema])


async def reasons(backbone: Backbone) -> list[str]:
    return sorted(letter.place.reason for letter in await backbone.dead_letters.find(Selection()))


async def cases(backbone: Backbone) -> int:
    return await backbone.cases.collection.count_documents({})


async def test_one_in_a_hundred_bad_records_of_three_kinds_is_parked_once_and_holds_up_nobody(
    backbone: Backbone,
) -> None:
    await backbone.prepare(REPORTS, CASES)
    backbone.start(backbone.consumers(backbone.loop(opening(backbone.cases)), topics=(REPORTS, CASES)).run())
    bad = [make(number) for number, make in enumerate([not_json, against_the_schema, of_unknown_type] * 4)]
    records = [record_of_report(f"r{number}") for number in range(1_200)]
    for number, each in enumerate(bad):
        records.insert(number * 100, each)
    await backbone.send(*records)

    async def is_consumed() -> bool:
        return await backbone.committed(REPORTS) == len(records)

    await eventually(is_consumed)
    assert await cases(backbone) == 1_200
    assert await reasons(backbone) == ["not-json"] * 4 + ["schema:report_id:string_type"] * 4 + ["unknown-type"] * 4
    letters = await backbone.dead_letters.find(Selection())
    assert {(letter.place.group, letter.place.topic) for letter in letters} == {(GROUP, REPORTS)}
    assert len(await backbone.read(f"{REPORTS}.dlq")) == 12


async def test_strange_headers_and_structured_mode_are_read(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS, CASES, partitions=1)
    seen: list[str] = []

    async def note(reports: Sequence[Received[ReportReceived]]) -> Said:
        seen.extend(report.event.report_id for report in reports)
        return None

    backbone.start(backbone.consumers(backbone.loop(reacting(note))).run())
    good = record_of_report("null header")
    with_null: list[tuple[str, bytes]] = [*good.headers, ("x-null", None)]  # type: ignore[list-item]
    not_utf8 = record_of_report("header not utf-8")
    structured = {"specversion": "1.0", "type": "intake.reports.received", "id": "e1", "source": "/x"}
    plain = record_of_report("structured")
    await backbone.send(
        replace(good, headers=with_null),
        replace(not_utf8, headers=[*not_utf8.headers, ("x-raw", b"\xff\xfe")]),
        Record(REPORTS, None, json.dumps(structured | {"data": json.loads(plain.value or b"")}).encode()),
        Record(REPORTS, b"k", None),  # a tombstone is nothing to consume and nothing to bury
        record_of_report("last"),
    )
    await eventually(lambda: "last" in seen)
    assert seen == ["null header", "header not utf-8", "structured", "last"]
    assert await reasons(backbone) == []


async def test_a_header_name_that_is_not_utf8_costs_no_other_record(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS, CASES, partitions=2)
    for number in range(40):
        await backbone.send(record_of_report(f"r{number}"))
        if number == 20:
            topic = backbone.settings.topic_prefix + REPORTS
            await send_with_unreadable_header_name(backbone.settings.kafka_bootstrap_servers, topic, b"{}")
    backbone.start(backbone.consumers(backbone.loop(opening(backbone.cases)), topics=(REPORTS, CASES)).run())

    async def is_consumed() -> bool:
        return await backbone.committed(REPORTS) == 41

    await eventually(is_consumed)
    assert await cases(backbone) == 40
    assert await reasons(backbone) == ["no-type"]


async def test_tombstones_of_a_compacted_topic_are_skipped(backbone: Backbone) -> None:
    accounts = ROUTING_ACCOUNTS.name
    await backbone.prepare(accounts, partitions=1)
    seen: list[str] = []

    async def note(changes: Sequence[Received[AccountChanged]]) -> Said:
        seen.extend(change.event.account_id for change in changes)
        return None

    loop = backbone.loop(Reaction("routing.accounts", (AccountChanged,), note), group="routing.accounts")
    backbone.start(backbone.consumers(loop, topics=(accounts,)).run())
    value = json.dumps(AccountChanged.contract.example).encode()
    changed = Record(accounts, b"a", value, [("ce_type", b"routing.accounts.changed")])
    await backbone.send(changed, Record(accounts, b"a", None), changed)
    await eventually(lambda: len(seen) == 2)
    assert await reasons(backbone) == []


async def test_a_newer_version_is_parked_and_read_once_its_release_is_there(
    backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await backbone.prepare(REPORTS, CASES)
    loop = backbone.loop(opening(backbone.cases))
    backbone.start(backbone.consumers(loop, topics=(REPORTS, CASES)).run())
    await backbone.send(of_newer_version(1))

    async def is_parked() -> bool:
        return await reasons(backbone) == ["newer-version"]

    await eventually(is_parked)
    contract = replace(ReportReceived.contract, version=99)
    monkeypatch.setattr(ReportReceived, "contract", contract)
    monkeypatch.setitem(REGISTRY, contract.name, contract)
    [letter] = await backbone.dead_letters.find(Selection())
    await loop.handle_one(await backbone.dead_letters.open(letter.id))
    assert await cases(backbone) == 1
