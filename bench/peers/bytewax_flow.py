"""Bytewax: batches of 500 from Kafka, a sink that writes the cases, then the tasks; it commits nothing to Kafka."""

from typing import Any

from bytewax import operators as op
from bytewax.connectors.kafka import KafkaSource
from bytewax.dataflow import Dataflow
from bytewax.outputs import DynamicSink, StatelessSinkPartition
from bytewax.testing import run_main
from confluent_kafka import Producer

from bench.peers.job import BATCH, PRODUCER, Job, Task, insist, record, task_of, upsert


class Partition(StatelessSinkPartition[Task]):  # type: ignore[misc]  # Bytewax is not installed where types are checked
    def __init__(self, job: Job) -> None:
        self._cases = job.cases()
        self._topic = job.tasks
        self._producer = Producer({"bootstrap.servers": job.bootstrap, **PRODUCER})

    def write_batch(self, items: list[Task]) -> None:
        self._cases.bulk_write([upsert(task) for task in items], ordered=False)
        for task in items:
            self._producer.produce(self._topic, record(task), task.report_id.encode(), on_delivery=insist)
        self._producer.flush()


class CasesAndTasks(DynamicSink[Task]):  # type: ignore[misc]  # as above
    def __init__(self, job: Job) -> None:
        self._job = job

    def build(self, _step_id: str, _worker_index: int, _worker_count: int) -> Partition:
        return Partition(self._job)


def flow(job: Job) -> Dataflow:
    dataflow = Dataflow("reports")
    reports = op.input("reports", dataflow, KafkaSource([job.bootstrap], [job.reports], batch_size=BATCH))
    tasks = op.map("triage", reports, _task_in)
    op.output("cases", tasks, CasesAndTasks(job))
    return dataflow


def _task_in(message: Any) -> Task:
    return task_of(message.value)


if __name__ == "__main__":
    run_main(flow(Job.given()))
