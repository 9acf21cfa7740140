"""A page of a queue costs what it shows, not what the store holds: asked of MongoDB's own profiler."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from services.routing.cases.domain import CaseStatus, TaskStatus
from services.routing.cases.store import CaseFilter, MongoCases
from shared.aggregate_documents import new_document
from shared.events.cases import Category, Urgency
from shared.pending import Change
from shared.runtime import Runtime
from shared.settings import Settings
from tests.unit.services.routing.builders import NOON, a_case, a_task

pytestmark = pytest.mark.kafka

HELD, SHOWN = 600, 10
WARDS = ("vy-da", "thuan-hoa", "phu-bai")
FILTERS = {
    "everything": CaseFilter(),
    "an agency's": CaseFilter(agency="cdc"),
    "an agency's that are done": CaseFilter(agency="cdc", tasks=(TaskStatus.RESOLVED.value,)),
    "those that are closed": CaseFilter(status=CaseStatus.CLOSED),
    "a ward's": CaseFilter(ward="vy-da"),
    "a category's": CaseFilter(category=Category.LODGING),
    "emergencies": CaseFilter(urgency=Urgency.EMERGENCY),
    "a ward's of one kind": CaseFilter(ward="vy-da", category=Category.LODGING, urgency=Urgency.LOW),
    "of which there is none": CaseFilter(ward="vy-da", category=Category.OTHER, urgency=Urgency.EMERGENCY),
}


@pytest.fixture
async def cases(settings: Settings) -> AsyncIterator[MongoCases]:
    """Cases of all kinds, every twentieth of them open."""
    runtime = Runtime("routing", settings)
    store = MongoCases(runtime)
    await store.prepare()
    await store.aggregates.collection.insert_many([_document(number) for number in range(HELD)])
    await runtime.database.command("profile", 2)
    yield store
    await runtime.database.command("profile", 0)
    runtime.client.close()


def _document(number: int) -> dict[str, Any]:
    kinds = [each for each in Category if each is not Category.OTHER]
    is_open = number % 20 == 0
    task = a_task(status=TaskStatus.ASSIGNED if is_open else TaskStatus.RESOLVED)
    case = a_case(
        tasks=(task,),
        id=f"case-{number:04}",
        ward=WARDS[number % len(WARDS)],
        category=kinds[number % len(kinds)],
        urgency=tuple(Urgency)[number // 10 % len(Urgency)],
        status=CaseStatus.OPEN if is_open else CaseStatus.CLOSED,
        opened_at=NOON - timedelta(minutes=number // 2),  # two share each moment
    )
    return new_document(case.id, Change(case), (), NOON)


@pytest.mark.parametrize("kind", FILTERS)
async def test_a_page_reads_little_more_than_it_shows(cases: MongoCases, kind: str) -> None:
    first = await cases.newest(FILTERS[kind], limit=SHOWN)
    reads = [await _last_read(cases)]
    if len(first) == SHOWN:
        last = first[-1]
        await cases.newest(FILTERS[kind], limit=SHOWN, before=(last.state.opened_at, last.id))
        reads.append(await _last_read(cases))
    for read in reads:
        assert not read.get("hasSortStage"), read["planSummary"]
        assert read["docsExamined"] <= HELD / 6, read["planSummary"]


async def test_pages_follow_one_another_without_a_gap_or_a_repeat(cases: MongoCases) -> None:
    for chosen in (CaseFilter(agency="cdc"), CaseFilter(ward="vy-da"), CaseFilter(urgency=Urgency.HIGH)):
        whole = [case.id for case in await cases.newest(chosen, limit=HELD)]
        paged: list[str] = []
        before = None
        while page := await cases.newest(chosen, limit=7, before=before):
            paged += [case.id for case in page]
            before = (page[-1].state.opened_at, page[-1].id)
        assert paged == whole
        assert len(whole) > SHOWN


async def _last_read(cases: MongoCases) -> dict[str, Any]:
    """What MongoDB did for the last page."""
    collection = cases.aggregates.collection
    profile = collection.database["system.profile"]
    found = await profile.find({"command.find": collection.name}).sort("ts", -1).limit(1).to_list(1)
    read: dict[str, Any] = found[0]
    return read
