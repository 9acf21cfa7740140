"""Effects outside: the attempt is written before the call; a call nobody settled is made again with the same id."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from shared.jobs import Attempt, JobRunner
from shared.mongo import Database
from tests.eventually import eventually
from tests.integration.shared.mechanism.backbone import Backbone

pytestmark = pytest.mark.kafka

LEASE = timedelta(seconds=3)
"""Longer than a busy machine takes for a call with its outcome, or a second call begins beside it."""


@dataclass(frozen=True, slots=True)
class Job:
    id: str
    attempts: int


@dataclass
class Jobs:
    """A store of jobs as a capability writes it: every step is one durable write."""

    database: Database
    fail_settling: int = 0
    settled: list[str] = field(default_factory=list)

    async def add(self, *ids: str) -> None:
        await self.database["jobs"].insert_many([{"_id": each, "attempts": 0, "state": "due"} for each in ids])

    async def claim(self, holder: str, lease: timedelta, limit: int) -> list[Job]:
        found: list[Job] = []
        until = {"$add": ["$$NOW", int(lease.total_seconds() * 1000)]}
        free = {"$or": [{"$eq": [{"$type": "$until"}, "missing"]}, {"$lt": ["$until", "$$NOW"]}]}
        while len(found) < limit:
            document = await self.database["jobs"].find_one_and_update(
                {"state": "due", "$expr": free},
                [{"$set": {"holder": holder, "until": until, "attempts": {"$add": ["$attempts", 1]}}}],
                return_document=True,
            )
            if document is None:
                break
            found.append(Job(document["_id"], document["attempts"]))
        return found

    async def settle(self, job: Job, attempt: Attempt) -> Any:  # noqa: ARG002 - a Protocol's shape
        if self.fail_settling > 0:
            self.fail_settling -= 1
            raise AutoReconnect("no primary")
        await self.database["jobs"].update_one({"_id": job.id}, {"$set": {"state": "done"}, "$unset": {"until": 1}})
        self.settled.append(job.id)


@pytest.fixture
async def jobs(backbone: Backbone) -> AsyncIterator[Jobs]:
    yield Jobs(backbone.database)
    await backbone.stop()


@dataclass
class Receiver:
    """Who is called; `stuck` never answers, `crash` makes the first call die."""

    database: Database
    calls: list[tuple[str, int]] = field(default_factory=list)
    attempts_seen: list[int] = field(default_factory=list)
    crash: bool = False

    async def call(self, job: Job) -> Attempt:
        self.calls.append((job.id, job.attempts))
        document = await self.database["jobs"].find_one({"_id": job.id})
        self.attempts_seen.append(document["attempts"] if document else 0)
        if self.crash and job.attempts == 1:
            raise RuntimeError("a bug in the caller")
        if job.id.startswith("stuck"):
            await asyncio.Event().wait()
        return Attempt(ok=True)


def runner(jobs: Jobs, receiver: Receiver, holder: str = "one", **options: Any) -> JobRunner[Job]:
    return JobRunner(jobs, receiver.call, holder=holder, every=0.05, **options)


async def test_each_job_is_called_once_by_two_processes(backbone: Backbone, jobs: Jobs) -> None:
    receiver = Receiver(backbone.database)
    await jobs.add(*(f"j{number}" for number in range(40)))
    backbone.start(runner(jobs, receiver, "one").run(), runner(jobs, receiver, "two").run())
    await eventually(lambda: len(jobs.settled) == 40)
    assert sorted(job_id for job_id, _ in receiver.calls) == sorted(f"j{number}" for number in range(40))


async def test_the_attempt_is_written_before_the_call(backbone: Backbone, jobs: Jobs) -> None:
    receiver = Receiver(backbone.database)
    await jobs.add("j1")
    backbone.start(runner(jobs, receiver).run())
    await eventually(lambda: jobs.settled)
    assert receiver.attempts_seen == [1]


async def test_a_process_that_dies_during_a_call_leaves_it_to_another_after_its_lease(
    backbone: Backbone, jobs: Jobs
) -> None:
    receiver = Receiver(backbone.database)
    await jobs.add("stuck1")
    [dying] = backbone.start(runner(jobs, receiver, "one", lease=LEASE).run())
    await eventually(lambda: receiver.calls == [("stuck1", 1)])
    await backbone.stop(dying)
    backbone.start(runner(jobs, receiver, "two", lease=LEASE).run())
    await eventually(lambda: ("stuck1", 2) in receiver.calls)


async def test_an_outcome_that_could_not_be_written_is_asked_for_again_with_the_same_id(
    backbone: Backbone, jobs: Jobs
) -> None:
    receiver = Receiver(backbone.database)
    jobs.fail_settling = 1
    await jobs.add("j1")
    backbone.start(runner(jobs, receiver, lease=LEASE).run())
    await eventually(lambda: jobs.settled == ["j1"])
    assert receiver.calls == [("j1", 1), ("j1", 2)]


async def test_a_call_that_dies_of_a_bug_is_made_again_and_stops_nobody(backbone: Backbone, jobs: Jobs) -> None:
    receiver = Receiver(backbone.database, crash=True)
    await jobs.add("j1", "j2")
    [running] = backbone.start(runner(jobs, receiver, lease=LEASE).run())
    await eventually(lambda: sorted(jobs.settled) == ["j1", "j2"])
    assert not running.done()


async def test_a_slow_receiver_delays_nobody(backbone: Backbone, jobs: Jobs) -> None:
    receiver = Receiver(backbone.database)
    await jobs.add("stuck1", "stuck2", *(f"j{number}" for number in range(30)))
    backbone.start(runner(jobs, receiver, parallel=4).run())
    await eventually(lambda: len(jobs.settled) == 30)
