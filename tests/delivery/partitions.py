"""Topics and their partitions as the broker has them, with our prefix taken off the names."""

from collections.abc import Collection

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from shared.profile import load_profile
from shared.settings import Settings
from shared.topics import PLATFORM_COUNTS, topics_to_create


def topics_of(settings: Settings) -> list[str]:
    """Every topic of the installation but the services' own counts, which are told for ever."""
    agencies = [agency.id for agency in load_profile(settings.profile).agencies]
    return [topic.name for topic in topics_to_create(agencies) if topic.name != PLATFORM_COUNTS.name]


async def places_of(admin: AIOKafkaAdminClient, settings: Settings, names: Collection[str]) -> list[TopicPartition]:
    """The partitions of these topics.

    Raises:
        AssertionError: one of them does not exist: whoever looks there would see nothing wrong.
    """
    wanted = {settings.topic_prefix + name for name in names}
    described = await admin.describe_topics()
    found = {topic["topic"]: topic["partitions"] for topic in described if topic["topic"] in wanted}
    assert wanted == set(found), f"no topic {wanted - set(found)}"
    return [TopicPartition(name, each["partition"]) for name, parts in found.items() for each in parts]
