"""Faust: an agent that takes batches of 500, writes the cases, sends the tasks and waits for them."""

import asyncio
import sys
from collections.abc import AsyncIterator
from tempfile import mkdtemp
from typing import Any

import faust
from pymongo import AsyncMongoClient

from bench.peers.job import BATCH, MAJORITY, Document, Job, record, task_of, upsert


def application(job: Job) -> faust.App:
    app = faust.App(
        job.group,
        broker=f"kafka://{job.bootstrap}",
        value_serializer="raw",
        consumer_auto_offset_reset="earliest",
        producer_acks=-1,
        topic_disable_leader=True,
        web_enabled=False,
        datadir=mkdtemp(),
    )
    client: AsyncMongoClient[Document] = AsyncMongoClient(job.mongo_url)
    cases = client[job.database].get_collection("cases", write_concern=MAJORITY)
    reports, topic = app.topic(job.reports), app.topic(job.tasks)

    @app.agent(reports)  # type: ignore[untyped-decorator]  # Faust ships no types
    async def open_cases(stream: Any) -> None:
        batches: AsyncIterator[list[bytes]] = stream.take(BATCH, within=0.05)
        async for values in batches:
            tasks = [task_of(value) for value in values]
            await cases.bulk_write([upsert(task) for task in tasks], ordered=False)
            sent = [await topic.send(key=task.report_id.encode(), value=record(task)) for task in tasks]
            await asyncio.gather(*sent)

    return app


if __name__ == "__main__":
    job = Job.given()
    sys.argv = [sys.argv[0], "worker", "--loglevel=warn", "--without-web"]
    application(job).main()
