"""Every group sent back to the first record of every topic it reads, while no member of it lives."""

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared.settings import Settings
from tests.delivery.draining import topics_of_groups
from tests.delivery.partitions import places_of
from tests.eventually import eventually

_FORGOTTEN_WITHIN = 90.0
"""A static member that was killed stays a member until its session of ten seconds has ended."""


async def rewind_all(settings: Settings) -> None:
    """Commit offset 0 everywhere; waits until the broker has forgotten who was killed."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap_servers)
    await admin.start()
    try:
        for group, names in topics_of_groups(settings).items():
            places = await places_of(admin, settings, names)
            await _rewind(settings, settings.topic_prefix + group, places)
    finally:
        await admin.close()


async def _rewind(settings: Settings, group: str, places: list[TopicPartition]) -> None:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap_servers, group_id=group, enable_auto_commit=False
    )
    await consumer.start()
    try:
        consumer.assign(places)

        async def is_rewound() -> bool:
            try:
                await consumer.commit(dict.fromkeys(places, 0))
            except KafkaError as error:
                raise AssertionError(f"{group}: {error!r}") from error
            return True

        await eventually(is_rewound, within=_FORGOTTEN_WITHIN)
    finally:
        await consumer.stop()
