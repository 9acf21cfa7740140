"""The mechanism on store and broker in memory: 20,000 schedules with faults between any two operations.

A schedule that goes wrong is replayed by `python -m tests.delivery.simulation SEED`. To know that the schedules would
see a fault, the mechanism is broken here in each of the ways in which such mechanisms are usually broken.
"""

import asyncio
import logging
import multiprocessing
import os
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest
import structlog
from aiokafka import ConsumerRecord
from pymongo import UpdateOne

from shared import aggregates, publishing
from shared.aggregates import Aggregates
from shared.batches import Batch
from shared.consumer_loop import GroupLoop
from shared.events import PendingEvent
from shared.gathering import Gathering
from shared.publishing import Offer
from tests.delivery.simulation.schedules import play_all

RecordProperty = Callable[[str, object], None]
SCHEDULES = 20_000
TO_FIND_A_FAULT = range(300)
Break = Callable[[pytest.MonkeyPatch], type[GroupLoop]]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Each schedule has its warnings; nobody reads two million of them."""
    _say_nothing()
    yield
    logging.disable(logging.NOTSET)
    structlog.reset_defaults()


def _say_nothing() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)


@pytest.mark.timeout(1_500)
def test_twenty_thousand_schedules_lose_and_double_nothing(record_property: RecordProperty) -> None:
    first = random.SystemRandom().randrange(10**9)
    record_property("seed", first)
    share = 500
    parts = [range(at, at + share) for at in range(first, first + SCHEDULES, share)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context, initializer=_say_nothing) as pool:
        wrong = [found for found in pool.map(play_all, parts) if found]
    assert not wrong, wrong


def commit_first(_: pytest.MonkeyPatch) -> type[GroupLoop]:
    """The offset before the work."""

    class CommitsFirst(GroupLoop):
        async def _take(self, records: Sequence[ConsumerRecord], consumer: Any) -> None:
            await self._commit(consumer, Batch.of(records).done)
            await super()._take(records, consumer)

    return CommitsFirst


def commit_before_the_broker_has_it(_: pytest.MonkeyPatch) -> type[GroupLoop]:
    """What the last part says is still on its way."""

    class DoesNotWait(GroupLoop):
        async def _publish(self, said: Sequence[PendingEvent]) -> None:
            self._resuming.add(asyncio.create_task(super()._publish(said)))

    return DoesNotWait


def clear_first(patch: pytest.MonkeyPatch) -> type[GroupLoop]:
    """The outbox is cleared before the broker has confirmed."""

    async def publish(producer: Any, offers: Sequence[Offer]) -> list[str]:
        for offer in offers:
            clearing = UpdateOne({"_id": offer.document_id}, publishing._cleared([e.id for e in offer.pending]))
            await offer.collection.bulk_write([clearing], ordered=False)
        events = [event for offer in offers for event in offer.pending]
        await producer.send_events(events)
        return [event.id for event in events]

    patch.setattr(publishing, "publish_and_clear", publish)
    return GroupLoop


def forget_the_fact(patch: pytest.MonkeyPatch) -> type[GroupLoop]:
    """A change of a fact goes out before the fact."""
    patch.setattr(Aggregates, "_unsaid_fact", lambda *_: [])
    return GroupLoop


def say_nothing_again(patch: pytest.MonkeyPatch) -> type[GroupLoop]:
    """What a redelivery finds stored is taken for said."""

    async def nothing(_: Any, ids: Sequence[str]) -> dict[str, list[Any]]:
        return {each: [] for each in ids}

    patch.setattr(Aggregates, "_facts_said", nothing)
    return GroupLoop


def know_no_repeats(patch: pytest.MonkeyPatch) -> type[GroupLoop]:
    """A command that comes again is carried out again."""
    patch.setattr(aggregates, "_is_repeat", lambda *_: False)
    return GroupLoop


def trust_no_version(patch: pytest.MonkeyPatch) -> type[GroupLoop]:
    """Of two changes at once the second overwrites the first."""
    true_save = Aggregates._save

    async def save(self: Any, document: Any, *rest: Any) -> Any:
        newest = await self.collection.find_one({"_id": document["_id"]})
        return await true_save(self, document | {"version": newest["version"]}, *rest)

    patch.setattr(Aggregates, "_save", save)
    return GroupLoop


def take_failures_for_success(patch: pytest.MonkeyPatch) -> type[GroupLoop]:
    """Whoever waits for a write that failed hears that it is done."""
    patch.setattr(Gathering, "_fail", lambda _, batch, __: [each.settle() for each in batch])
    return GroupLoop


def clear_what_came_meanwhile(patch: pytest.MonkeyPatch) -> type[GroupLoop]:
    """With the event that was confirmed goes whatever else the document waits with."""

    async def clear(collection: Any, documents: Mapping[str, Any]) -> None:
        update = {"$set": {"pending": []}, "$unset": publishing._MARKS}
        await collection.update_many({"_id": {"$in": list(documents)}}, update)

    patch.setattr(publishing, "_clear", clear)
    return GroupLoop


BROKEN = (
    commit_first,
    commit_before_the_broker_has_it,
    clear_first,
    forget_the_fact,
    say_nothing_again,
    know_no_repeats,
    trust_no_version,
    take_failures_for_success,
    clear_what_came_meanwhile,
)


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_mechanism_is_found_out(broken: Break, monkeypatch: pytest.MonkeyPatch) -> None:
    assert play_all(TO_FIND_A_FAULT, broken(monkeypatch)) is not None


def test_a_schedule_is_the_same_whenever_it_is_played(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = commit_first(monkeypatch)
    assert play_all(range(50), loop) == play_all(range(50), loop)
