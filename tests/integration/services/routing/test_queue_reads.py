"""A page of a queue costs what it shows, not what the store holds: asked of MongoDB's own profiler."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from services.routing.cases.domain import Case, CaseStatus, TaskStatus
from services.routing.cases.paging import Order, Place, next_cursor, read_place
from services.routing.cases.store import CaseFilter, MongoCases
from shared.aggregate_documents import new_document
from shared.events.cases import Category, Urgency
from shared.pending import Change, Versioned
from shared.runtime import Runtime
from shared.settings import Settings
from tests.unit.services.routing.builders import NOON, a_case, a_task

pytestmark = pytest.mark.kafka

HELD, SHOWN = 600, 10
WARDS = ("vy-da", "thuan-hoa", "phu-bai")
_WORK = (TaskStatus.ASSIGNED, TaskStatus.ACKNOWLEDGED)
FILTERS = {
    "everything": CaseFilter(),
    "an agency's": CaseFilter(agency="cdc"),
    "an agency's that are to do": CaseFilter(agency="cdc", status=CaseStatus.OPEN),
    "a ward's that are to do": CaseFilter(agency="cdc", status=CaseStatus.OPEN, ward="vy-da"),
    "an agency's that wait": CaseFilter(agency="cdc", status=CaseStatus.OPEN, tasks=(TaskStatus.ASSIGNED,)),
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
    task = a_task(status=_WORK[number // 20 % 2] if is_open else TaskStatus.RESOLVED)
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
        await cases.newest(FILTERS[kind], limit=SHOWN, before=_place(first[-1]))
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
            before = _place(page[-1])
        assert paged == whole
        assert len(whole) > SHOWN


async def test_work_to_do_is_paged_in_the_order_of_its_urgency(cases: MongoCases) -> None:
    chosen = CaseFilter(agency="cdc", status=CaseStatus.OPEN)
    whole = await cases.waiting(chosen, limit=HELD)
    assert len(whole) == HELD / 20
    order = [(each.urgency, each.tasks[0].status, each.opened_at, each.id) for each in (case.state for case in whole)]
    assert order == sorted(order, key=lambda key: (list(Urgency).index(key[0]), _WORK.index(key[1]), *key[2:]))
    assert {status for _urgency, status, *_rest in order} == set(_WORK)
    paged: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        place = read_place(cursor, Order.URGENT) if cursor else None
        page = await cases.waiting(chosen, limit=8, after=place)
        read = await _last_read(cases)
        assert not read.get("hasSortStage"), read["planSummary"]
        assert read["docsExamined"] <= SHOWN, read["planSummary"]
        paged += [case.id for case in page[:7]]
        cursor = next_cursor([each.state for each in page], 7, Order.URGENT, "cdc")
    assert paged == [each.id for each in whole]


async def test_an_id_finds_its_case_at_once_whatever_its_state(cases: MongoCases) -> None:
    for agency in ("cdc", None):
        found = await cases.newest(CaseFilter(agency=agency, id="case-0007"), limit=SHOWN)
        assert [each.id for each in found] == ["case-0007"]
        assert (await _last_read(cases))["docsExamined"] <= SHOWN
    assert await cases.newest(CaseFilter(agency="police", id="case-0007"), limit=SHOWN) == []


def _place(case: Versioned[Case]) -> Place:
    return Place(opened_at=case.state.opened_at, case_id=case.id)


async def _last_read(cases: MongoCases) -> dict[str, Any]:
    """What MongoDB did for the last page."""
    collection = cases.aggregates.collection
    profile = collection.database["system.profile"]
    found = await profile.find({"command.find": collection.name}).sort("ts", -1).limit(1).to_list(1)
    read: dict[str, Any] = found[0]
    return read
