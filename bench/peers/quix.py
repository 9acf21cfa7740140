"""Quix Streams: a batching sink for the cases, the tasks to their topic, a checkpoint every 500 reports."""

from pathlib import Path
from tempfile import gettempdir

from quixstreams import Application
from quixstreams.sinks import BatchingSink, SinkBatch

from bench.peers.job import BATCH, PRODUCER, Job, Task, record, task_of, upsert


class Cases(BatchingSink):  # type: ignore[misc]  # Quix Streams is not installed where types are checked
    """Written when a checkpoint is made, before its offsets are committed."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self._cases = job.cases()

    def write(self, batch: SinkBatch) -> None:
        self._cases.bulk_write([upsert(item.value) for item in batch], ordered=False)


def task_in(value: bytes) -> Task:
    return task_of(value)


def main(job: Job) -> None:
    application = Application(
        broker_address=job.bootstrap,
        consumer_group=job.group,
        auto_offset_reset="earliest",
        commit_every=BATCH,
        auto_create_topics=False,
        producer_extra_config=dict(PRODUCER),
        state_dir=Path(gettempdir()) / job.group,
        loglevel="WARNING",
    )
    reports = application.topic(job.reports, value_deserializer="bytes")
    tasks = application.topic(job.tasks, value_serializer="bytes")
    stream = application.dataframe(reports).apply(task_in)
    stream.apply(record).to_topic(tasks)
    stream.sink(Cases(job))
    application.run()


if __name__ == "__main__":
    main(Job.given())
