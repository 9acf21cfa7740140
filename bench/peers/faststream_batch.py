"""FastStream's batch subscriber as its documentation writes it."""

import asyncio

from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker
from pymongo import AsyncMongoClient

from bench.peers.job import BATCH, MAJORITY, Document, Job, Report, decide, upsert


def application(job: Job) -> FastStream:
    # With its default of 16 kB a batch of this size is refused, and taken again for ever.
    broker = KafkaBroker(job.bootstrap, acks="all", max_batch_size=200_000, logger=None)
    client: AsyncMongoClient[Document] = AsyncMongoClient(job.mongo_url)
    cases = client[job.database].get_collection("cases", write_concern=MAJORITY)

    @broker.subscriber(
        job.reports,
        group_id=job.group,
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.NACK_ON_ERROR,
        batch=True,
        max_records=BATCH,
    )
    async def open_cases(reports: list[Report]) -> None:
        tasks = [decide(report) for report in reports]
        await cases.bulk_write([upsert(task) for task in tasks], ordered=False)
        await broker.publish_batch(*tasks, topic=job.tasks)

    return FastStream(broker, logger=None)


if __name__ == "__main__":
    asyncio.run(application(Job.given()).run())
