"""The four services as children."""

import sys
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import get_args

from deploy.embedded.child import Child
from deploy.embedded.http_probe import get
from deploy.embedded.ports import LOOPBACK
from deploy.embedded.server import Server
from shared.settings import ROOT, ServiceName

SERVICES: tuple[ServiceName, ...] = get_args(ServiceName)
SERVICE_PORTS: Mapping[str, int] = {name: 8001 + place for place, name in enumerate(SERVICES)}

_EVERY_ADDRESS = ("0.0.0.0", "")  # noqa: S104  # recognised, not bound


class Service(Server):
    """A program that serves HTTP on its port and answers `/readyz` with 200 when it is ready."""

    def __init__(
        self, name: str, command: Sequence[str], *, log: Path, listen: str, port: int, env: Mapping[str, str]
    ) -> None:
        self._address = LOOPBACK if listen in _EVERY_ADDRESS else listen
        super().__init__(Child(name, command, log=log, env=env, cwd=ROOT), port)

    def prepare(self) -> None:
        """Nothing: a service makes its own topics and collections."""

    def is_ready(self) -> bool:
        answer = get(self._address, self.port, "/readyz")
        return answer is not None and answer.status == HTTPStatus.OK


def module_command(name: ServiceName) -> list[str]:
    """How the real ones are run."""
    return [sys.executable, "-m", f"services.{name}"]


def service_environment(
    environ: Mapping[str, str],
    *,
    keys: Mapping[str, str],
    kafka_bootstrap: str,
    mongo_url: str,
    urls: Mapping[str, str],
    listen: str,
    port: int,
) -> dict[str, str]:
    """What a service reads its settings from.

    The caller's own variables come first and ours go over them, so that HAIVAN_LOG_LEVEL or HAIVAN_PROFILE reach the
    services, but never a key that isn't meant for this one: `keys` are those it may have.
    """
    inherited = {name: value for name, value in environ.items() if not name.startswith("HAIVAN_TOKEN_")}
    return {
        **inherited,
        **keys,
        **{f"HAIVAN_{name.upper()}_URL": url for name, url in urls.items()},
        "HAIVAN_ENVIRONMENT": "embedded",
        "HAIVAN_RATE_LIMIT_FACTOR": environ.get("HAIVAN_RATE_LIMIT_FACTOR", "100"),
        "HAIVAN_KAFKA_BOOTSTRAP_SERVERS": kafka_bootstrap,
        "KAFKA_BOOTSTRAP_SERVERS": kafka_bootstrap,
        "HAIVAN_MONGO_URL": mongo_url,
        "MONGO_URL": mongo_url,
        "HAIVAN_LISTEN": listen,
        "HAIVAN_PORT": str(port),
        "HAIVAN_REPLICA": "0",  # one replica of each: static membership survives a restart without a rebalance
        "PYTHONUNBUFFERED": "1",
    }
