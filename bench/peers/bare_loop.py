"""The least that moves reports: consume, bulk upsert, produce, commit; one batch after the other, no logic."""

from collections.abc import Callable

from confluent_kafka import Consumer, Producer
from pymongo import UpdateOne

from bench.peers.job import BATCH, PRODUCER, Job, insist


def move(job: Job, read: Callable[[bytes], object] | None = None) -> None:
    """Until it is ended; `read` is done with each report and changes nothing."""
    cases = job.cases()
    producer = Producer({"bootstrap.servers": job.bootstrap, "enable.idempotence": True, **PRODUCER})
    consumer = Consumer(
        {
            "bootstrap.servers": job.bootstrap,
            "group.id": job.group,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe([job.reports])
    while True:
        messages = [each for each in consumer.consume(BATCH, timeout=0.05) if each.error() is None]
        if not messages:
            continue
        writes = [
            UpdateOne({"_id": each.key()}, {"$setOnInsert": {"value": each.value()}}, upsert=True)
            for each in messages
        ]
        if read is not None:
            for each in messages:
                read(each.value())
        cases.bulk_write(writes, ordered=False)
        for each in messages:
            producer.produce(job.tasks, each.value(), each.key(), on_delivery=insist)
        producer.flush()
        consumer.commit(asynchronous=False)


if __name__ == "__main__":
    move(Job.given())
