"""FastStream one by one, as its tutorial writes it, with what the job asks for: acks=all, at least once."""

import asyncio

from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker
from pymongo import AsyncMongoClient

from bench.peers.job import MAJORITY, Document, Job, Report, case_of, decide


def application(job: Job) -> FastStream:
    broker = KafkaBroker(job.bootstrap, acks="all", logger=None)
    client: AsyncMongoClient[Document] = AsyncMongoClient(job.mongo_url)
    cases = client[job.database].get_collection("cases", write_concern=MAJORITY)

    @broker.subscriber(
        job.reports, group_id=job.group, auto_offset_reset="earliest", ack_policy=AckPolicy.NACK_ON_ERROR
    )
    async def open_case(report: Report) -> None:
        task = decide(report)
        await cases.update_one({"_id": task.report_id}, {"$setOnInsert": case_of(task)}, upsert=True)
        await broker.publish(task, topic=job.tasks, key=task.report_id.encode())

    return FastStream(broker, logger=None)


if __name__ == "__main__":
    asyncio.run(application(Job.given()).run())
