"""Records compressed by a codec that aiokafka lacks: our topics hold nothing compressed, so they hold up nobody."""

import asyncio
import json
import subprocess
from collections.abc import Sequence

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import UnsupportedCodecError

from deploy.embedded.folders import cache_folder
from deploy.embedded.jars import fetch_jars
from deploy.embedded.java import find_java
from deploy.embedded.progress import Silent
from shared.ids import new_id
from shared.settings import Settings
from tests.delivery.conftest import Victim
from tests.delivery.evidence import read_topics

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]

TASKS, UPDATES = "agencies.hospital.tasks.v1", "agencies.hospital.updates.v1"
WITNESS = "codecs.witness"


async def test_what_an_agency_compresses_with_zstd_reaches_its_cases(victim: Victim) -> None:
    settings, tasks = victim.system.settings, await tasks_of_the_hospital(victim)
    await send_with_zstd(settings, UPDATES, [an_update(task) for task in sorted(tasks)])
    assert len(await read_topics(settings, [UPDATES])) == len(tasks)
    await victim.is_well()  # the oracle misses every update that its case does not show


async def test_aiokafka_could_not_read_it_from_a_topic_without_our_setting(victim: Victim) -> None:
    settings = victim.system.settings
    bootstrap, topic = settings.kafka_bootstrap_servers, settings.topic_prefix + WITNESS
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 1, 1)])
    await admin.close()
    await send_with_zstd(settings, WITNESS, [an_update(new_id())])
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, 0)])
        with pytest.raises(UnsupportedCodecError):
            await asyncio.wait_for(consumer.getone(), 60)
    finally:
        await consumer.stop()


async def tasks_of_the_hospital(victim: Victim) -> set[str]:
    """What people say follows from the seed: they go on until somebody tells of what the hospital must hear."""
    tasks: set[str] = set()
    while not tasks:
        await victim.use(15)
        await victim.is_well()
        found = await read_topics(victim.system.settings, [TASKS])
        tasks = {each.said["task_id"] for each in found if "task_id" in each.said}
    return tasks


def an_update(task_id: str) -> str:
    """A line for Kafka's own console producer: headers, key and value, with tabs between them."""
    headers = {
        "ce_specversion": "1.0",
        "ce_id": new_id(),
        "ce_type": "agencies.updates.progress",
        "ce_source": "/agencies/hospital",
        "content-type": "application/json",
    }
    value = json.dumps({"task_id": task_id, "text": "Xe cấp cứu đang đến."}, ensure_ascii=False)
    return "\t".join((",".join(f"{name}:{text}" for name, text in headers.items()), task_id, value))


async def send_with_zstd(settings: Settings, topic: str, lines: Sequence[str]) -> None:
    """As an agency with another client would."""
    reading = {"parse.headers": "true", "parse.key": "true", "headers.separator": ",", "headers.key.separator": ":"}
    options = [word for name, text in reading.items() for word in ("--reader-property", f"{name}={text}")]
    command = [
        str(find_java().program),
        "-cp",
        f"{fetch_jars(cache_folder(), Silent())}/*",
        "org.apache.kafka.tools.ConsoleProducer",
        *("--bootstrap-server", settings.kafka_bootstrap_servers),
        *("--topic", settings.topic_prefix + topic),
        *("--compression-codec", "zstd"),
        *options,
    ]
    said = "".join(f"{line}\n" for line in lines).encode()
    done = await asyncio.to_thread(subprocess.run, command, input=said, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-1_000:]
