from datetime import UTC, datetime
from typing import Any

import bson
import pytest

from bench.cases import EVERY, Cases, steps_of
from bench.reports import report_id_of
from services.routing.cases.domain import Case, CaseStatus
from services.routing.cases.opening import case_id_of
from services.routing.cases.work import Step
from shared.mongo import from_document
from shared.runtime import Runtime
from tests.places import MakeSettings

NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
AWARE: bson.CodecOptions[dict[str, Any]] = bson.CodecOptions(tz_aware=True, tzinfo=UTC)


@pytest.fixture
def cases(make_settings: MakeSettings) -> Cases:
    settings = make_settings(kafka_bootstrap_servers="127.0.0.1:1", mongo_url="mongodb://127.0.0.1:1")
    return Cases(Runtime("routing", settings), NOW)


def test_a_copied_case_is_read_as_one_that_routing_made_of_its_own_report(cases: Cases) -> None:
    copy = bson.decode(next(cases.between(20_003, 20_004)).raw, AWARE)
    case = from_document(copy["state"], Case)
    assert case.report_id == report_id_of(20_003)
    assert copy["_id"] == case.id == case_id_of(case.report_id)
    assert case.opened_at == NOW - 20_003 * EVERY
    assert case.status is CaseStatus.CLOSED


def test_copies_share_no_id(cases: Cases) -> None:
    first, second = (
        bson.decode(each.raw, AWARE) for each in (*cases.between(20_003, 20_004), *cases.between(21_003, 21_004))
    )
    ids = [
        {event["id"] for event in each["fact"]["events"]} | {task["id"] for task in each["state"]["tasks"]}
        for each in (first, second)
    ]
    assert ids[0].isdisjoint(ids[1])
    assert len(ids[0]) == len(ids[1])


def test_the_work_that_is_left_lies_among_the_newest() -> None:
    assert steps_of(10) == ()
    assert steps_of(11) == (Step.ACKNOWLEDGE,)
    assert all(steps_of(number)[-1] is Step.RESOLVE for number in range(10_000, 10_100))
