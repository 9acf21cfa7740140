"""The CDC's own program: reads its tasks from Kafka, acknowledges each and answers the reporter.

    pip install aiokafka
    KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:9092 python cdc.py

What an agency needs to know is here: two topics, CloudEvents headers, and that an update may be sent twice under the
same id without harm. Stop it with Ctrl-C; started again, it goes on where it stopped.
"""

import asyncio
import json
import os
import uuid
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

BOOTSTRAP = os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092")
PREFIX = os.environ.get("HAIVAN_TOPIC_PREFIX", "")
TASKS = f"{PREFIX}agencies.cdc.tasks.v1"
UPDATES = f"{PREFIX}agencies.cdc.updates.v1"
GROUP = f"{PREFIX}cdc-sample"


async def main() -> None:
    consumer = AIOKafkaConsumer(
        TASKS,
        bootstrap_servers=BOOTSTRAP,
        group_id=GROUP,
        auto_offset_reset="earliest",  # a new group must not miss what came before it
        enable_auto_commit=False,
    )
    producer = AIOKafkaProducer(bootstrap_servers=BOOTSTRAP, acks="all", enable_idempotence=True)
    await consumer.start()
    await producer.start()
    try:
        print(f"waiting for tasks on {TASKS}; Ctrl-C stops", flush=True)
        async for record in consumer:
            await handle(record, producer)
            # Commit last: after a crash a task comes again, and the same answer under the same id changes nothing.
            await consumer.commit({TopicPartition(record.topic, record.partition): record.offset + 1})
    finally:
        await consumer.stop()
        await producer.stop()


async def handle(record: ConsumerRecord, producer: AIOKafkaProducer) -> None:
    """Answer one event of the tasks topic."""
    headers = {name: value.decode() for name, value in record.headers}
    data: dict[str, Any] = json.loads(record.value)
    match headers["ce_type"]:
        case "agencies.tasks.assigned":
            print(f"task {data['task_id']}: {data['category']}, {data['urgency']}, symptoms {data['symptoms']}")
            await send(producer, "acknowledge", {"task_id": data["task_id"]})
            await send(producer, "reply", {"task_id": data["task_id"], "text": answer_to(data)})
        case "agencies.tasks.update_refused":
            print(f"update {data['update_id']} was refused: {data['detail_en']}")


def answer_to(task: dict[str, Any]) -> str:
    """What the reporter reads on the tracking page."""
    if task["urgency"] in ("emergency", "high"):
        return "CDC đã nhận. Đội phản ứng nhanh sẽ liên hệ trong ít phút; mọi người ở yên tại chỗ giúp."
    return "CDC đã nhận phản ánh, cán bộ phụ trách sẽ gọi lại trong ngày."


async def send(producer: AIOKafkaProducer, command: str, data: dict[str, Any]) -> None:
    """Send one update. Its id follows from what it says, so that sending it again is recognised."""
    event_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{data['task_id']}/{command}"))
    headers = {
        "ce_specversion": "1.0",
        "ce_id": event_id,
        "ce_type": f"agencies.updates.{command}",
        "ce_source": "/agencies/cdc/sample",
        "content-type": "application/json",
    }
    await producer.send_and_wait(
        UPDATES,
        json.dumps(data, ensure_ascii=False).encode(),
        key=data["task_id"].encode(),
        headers=[(name, value.encode()) for name, value in headers.items()],
    )


if __name__ == "__main__":
    asyncio.run(main())
