"""Topics are created explicitly, by whichever process starts first, before anybody subscribes."""

from collections.abc import Sequence

import structlog
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from shared.topics import TopicToCreate

log = structlog.get_logger(__name__)


async def create_topics(bootstrap: str, topics: Sequence[TopicToCreate], replication: int) -> list[str]:
    """Create those topics that are missing.

    Args:
        bootstrap: Kafka's addresses.
        topics: what is asked for; a topic that exists is left as it is.
        replication: the replication factor of new topics.

    Returns:
        The names that this call created.

    Raises:
        KafkaError: the broker is away, or refuses one of them.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        there = set(await admin.list_topics())
        missing = [_new(topic, replication) for topic in topics if topic.name not in there]
        answer = await admin.create_topics(missing) if missing else None
    finally:
        await admin.close()
    return _created(answer.topic_errors) if answer else []


def _new(topic: TopicToCreate, replication: int) -> NewTopic:
    return NewTopic(topic.name, topic.partitions, replication, topic_configs=topic.configuration)


def _created(results: Sequence[tuple[str, int, str | None]]) -> list[str]:
    created: list[str] = []
    for name, code, *_ in results:
        error: type[KafkaError] = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            raise error(f"topic {name} cannot be created")
        created += [] if code else [name]
    if created:
        log.info("topics_created", topics=len(created))
    return created
