import asyncio

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from shared.settings import Settings
from shared.topic_creation import create_topics
from shared.topics import topics_to_create
from tests.eventually import eventually

pytestmark = pytest.mark.kafka

ASKED = ("cleanup.policy", "retention.ms", "compression.type", "max.message.bytes")


async def configurations(settings: Settings, *names: str) -> dict[str, dict[str, str]]:
    """What the broker says of these topics; it learns of new ones from its controller, a moment later."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap_servers)
    await admin.start()
    try:
        wanted = [ConfigResource(ConfigResourceType.TOPIC, settings.topic_prefix + name) for name in names]
        answers = await admin.describe_configs(wanted)
    finally:
        await admin.close()
    told = {name: (code, entries) for answer in answers for code, _, _, name, entries in answer.resources}
    unknown = sorted(name for name, (code, _) in told.items() if code)
    assert not unknown, f"the broker does not know {unknown}"
    return {
        name.removeprefix(settings.topic_prefix): {c[0]: c[1] for c in entries if c[0] in ASKED}
        for name, (_, entries) in told.items()
    }


async def test_topics_are_created_once_with_what_the_catalogue_says(settings: Settings) -> None:
    topics = topics_to_create(["cdc"], settings.topic_prefix)
    created = await create_topics(settings.kafka_bootstrap_servers, topics, 1)
    assert sorted(created) == sorted(topic.name for topic in topics)
    assert await create_topics(settings.kafka_bootstrap_servers, topics, 1) == []
    day, limits = 86_400_000, {"compression.type": "uncompressed", "max.message.bytes": "262144"}
    delete = {"cleanup.policy": "delete"}
    dead = delete | {"retention.ms": str(30 * day), "compression.type": "uncompressed", "max.message.bytes": "524288"}
    asked = (
        "intake.reports.v1",
        "routing.cases.v1",
        "routing.accounts.v1",
        "agencies.cdc.updates.v1",
        "intake.reports.v1.dlq",
        "agencies.cdc.updates.v1.dlq",
    )
    found = await eventually(lambda: configurations(settings, *asked))
    accounts = found.pop("routing.accounts.v1")
    assert (accounts["cleanup.policy"], accounts["compression.type"]) == ("compact", "uncompressed")
    assert found == {
        "intake.reports.v1": delete | {"retention.ms": str(30 * day)} | limits,
        "routing.cases.v1": delete | {"retention.ms": str(90 * day)} | limits,
        "agencies.cdc.updates.v1": delete | {"retention.ms": str(30 * day)} | limits,
        "intake.reports.v1.dlq": dead,
        "agencies.cdc.updates.v1.dlq": dead,
    }


async def test_four_processes_that_start_together_create_each_topic_once(settings: Settings) -> None:
    topics = topics_to_create(["cdc"], settings.topic_prefix)[:6]
    created = await asyncio.gather(
        *(create_topics(settings.kafka_bootstrap_servers, topics, 1) for _ in range(4)), return_exceptions=True
    )
    names = [name for each in created if isinstance(each, list) for name in each]
    assert [each for each in created if isinstance(each, BaseException)] == []
    assert sorted(names) == sorted(topic.name for topic in topics)
