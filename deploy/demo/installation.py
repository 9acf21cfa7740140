"""The running system on which a day is played: started here, or somewhere else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from deploy.embedded.errors import CannotRun
from deploy.embedded.pair import KAFKA_VARIABLES, MONGO_VARIABLES, override
from deploy.embedded.ports import LOOPBACK
from deploy.embedded.service import SERVICES


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Where everything is.

    Attributes:
        urls: the public addresses of the services by name.
        kafka_bootstrap: for clients.
        mongo_url: with credentials if there are any.
        receivers_host: the name under which the system finds the player's own web server.
        receivers_listen: the address which that binds.
        inside: what goes before a Kafka command, where its clients must run inside; empty where they need not.
    """

    urls: Mapping[str, str]
    kafka_bootstrap: str
    mongo_url: str
    receivers_host: str = LOOPBACK
    receivers_listen: str = LOOPBACK
    inside: str = ""

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Self:
        """The one that the environment names, by the variables that services read.

        Raises:
            CannotRun: a variable is missing.
        """
        receiver = environ.get("HAIVAN_PRACTICE_RECEIVER", LOOPBACK)
        return cls(
            urls={name: _named(environ, (f"HAIVAN_{name.upper()}_URL",)) for name in SERVICES},
            kafka_bootstrap=_named(environ, KAFKA_VARIABLES),
            mongo_url=_named(environ, MONGO_VARIABLES),
            receivers_host=receiver,
            receivers_listen=LOOPBACK if receiver == LOOPBACK else "0.0.0.0",  # noqa: S104 - a container's own network
            inside=environ.get("HAIVAN_PRACTICE_INSIDE", ""),
        )

    def reading(self, topic: str) -> str:
        """The command by which whoever looks on reads a topic."""
        if not self.inside:
            return f"kcat -C -b {self.kafka_bootstrap} -t {topic}"
        reader = "/opt/kafka/bin/kafka-console-consumer.sh --from-beginning"
        return f"{self.inside} {reader} --bootstrap-server {self.kafka_bootstrap} --topic {topic}"


def _named(environ: Mapping[str, str], variables: tuple[str, ...]) -> str:
    value = override(environ, variables)
    if value is None:
        raise CannotRun(f"{variables[-1]} is not set.", "It names where the running system is; see docs/deploy.md.")
    return value
