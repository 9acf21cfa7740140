"""A write that reached no majority in time: nobody is told that it was accepted; nothing is lost or doubled."""

from datetime import timedelta

import pytest
from pymongo import WriteConcern
from pymongo.errors import PyMongoError

from shared.aggregates import Aggregates
from shared.events import Received, read_record
from shared.mongo import is_away
from tests.eventually import eventually
from tests.integration.shared.mechanism.backbone import (
    CASES,
    REPORTS,
    Backbone,
    Case,
    Report,
    accept,
    fact_of,
    record_of_report,
)

pytestmark = pytest.mark.kafka

UNREACHABLE = WriteConcern(w=2, wtimeout=100)
"""More members than there are: written here, and refused as one that missed its majority is."""


async def test_an_accept_without_a_majority_is_refused_and_its_retry_gets_the_first_answer(
    backbone: Backbone,
) -> None:
    await backbone.prepare(REPORTS)
    alone = backbone.database.with_options(write_concern=UNREACHABLE)
    reports = Aggregates(alone, "reports", Report, source="/intake/reports", outbox=backbone.publisher)
    with pytest.raises(PyMongoError) as refused:
        await accept(reports, "Sốt cao", "r1")
    assert is_away(refused.value)
    again = await backbone.accept("Sốt cao", report_id="r1")
    assert (again.first, again.version) == (False, 1)
    backbone.start(backbone.relay(age=timedelta(0)).run())

    async def is_told() -> bool:
        return [record.key for record in await backbone.read(REPORTS)] == [b"r1"]

    await eventually(is_told)


async def test_facts_without_a_majority_are_transient_and_say_the_same_afterwards(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS, CASES)
    await backbone.send(*(record_of_report(f"r{number}") for number in range(3)))
    received: list[Received] = [  # type: ignore[type-arg]
        read_record(record, backbone.settings.topic_prefix) for record in await backbone.read(REPORTS)
    ]
    alone = backbone.database.with_options(write_concern=UNREACHABLE)
    cases = Aggregates(alone, "cases", Case, source="/routing/cases", outbox=backbone.publisher)
    for _ in range(2):  # the second time each of them is there already
        with pytest.raises(PyMongoError) as refused:
            await cases.record([fact_of(each) for each in received])
        assert is_away(refused.value)
    said = await backbone.cases.record([fact_of(each) for each in received])
    again = await backbone.cases.record([fact_of(each) for each in received])
    assert said == again
    assert len(said) == 3
