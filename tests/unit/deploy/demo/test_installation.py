"""Where a day is played: `haivan play` reads it from the variables that services read."""

import pytest

from deploy.demo.installation import Installation
from deploy.embedded.errors import CannotRun

SOMEWHERE = {
    "HAIVAN_INTAKE_URL": "https://haivan.example",
    "HAIVAN_ROUTING_URL": "https://haivan.example/routing",
    "HAIVAN_CHECKPOINTS_URL": "https://haivan.example/checkpoints",
    "HAIVAN_NOTIFICATIONS_URL": "https://haivan.example/notifications",
    "KAFKA_BOOTSTRAP_SERVERS": "kafka:9092",
    "MONGO_URL": "mongodb://mongo:27017/?replicaSet=rs0",
}


def test_it_is_where_the_environment_says() -> None:
    place = Installation.of(SOMEWHERE)
    assert place.urls["routing"] == "https://haivan.example/routing"
    assert (place.kafka_bootstrap, place.mongo_url) == ("kafka:9092", SOMEWHERE["MONGO_URL"])


@pytest.mark.parametrize("missing", sorted(SOMEWHERE))
def test_what_is_not_said_is_asked_for_by_name(missing: str) -> None:
    with pytest.raises(CannotRun) as refused:
        Installation.of({name: value for name, value in SOMEWHERE.items() if name != missing})
    assert missing in refused.value.what


def test_subscribers_are_on_this_machine_unless_another_name_for_it_is_given() -> None:
    here = Installation.of(SOMEWHERE)
    assert (here.receivers_host, here.receivers_listen) == ("127.0.0.1", "127.0.0.1")
    there = Installation.of(SOMEWHERE | {"HAIVAN_PRACTICE_RECEIVER": "player"})
    assert (there.receivers_host, there.receivers_listen) == ("player", "0.0.0.0")  # noqa: S104 - what is expected


def test_a_topic_is_read_where_kafka_can_be_reached() -> None:
    assert Installation.of(SOMEWHERE).reading("t") == "kcat -C -b kafka:9092 -t t"
    inside = Installation.of(SOMEWHERE | {"HAIVAN_PRACTICE_INSIDE": "docker exec haivan-kafka-1"})
    assert inside.reading("t").startswith("docker exec haivan-kafka-1 /opt/kafka/bin/kafka-console-consumer.sh ")
