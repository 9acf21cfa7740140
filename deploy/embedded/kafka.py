"""Apache Kafka in KRaft mode: one node that is broker and controller, on the loopback interface."""

import base64
import json
import os
import socket
import struct
import subprocess
import uuid
from collections.abc import Sequence
from pathlib import Path

from deploy.embedded.child import Child
from deploy.embedded.errors import CannotRun
from deploy.embedded.java import Java
from deploy.embedded.ports import LOOPBACK
from deploy.embedded.server import Server
from shared.settings import ROOT

_FORMAT_SECONDS = 60
_PROBE_SECONDS = 1.0
_WARNS_OF_UNSAFE = 24

# 384 MB of heap serve the figures of DESIGN 8; a broker that runs out of it had better end and be started again.
_JVM = (
    "-Xms64m",
    "-Xmx384m",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:MaxDirectMemorySize=96m",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
    "-Xlog:disable",  # Java's own remarks, of which the quick start makes many; a crash writes hs_err all the same
    "-Djava.awt.headless=true",
)

# One node: every internal topic has one replica. Small: index files, cleaner and internal topics sized for a laptop.
# Short broker session: after kill -9 the port opens again in 6 s instead of 12.
_PROPERTIES = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "auto.create.topics.enable": "false",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "1",
    "group.initial.rebalance.delay.ms": "0",
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    "log.index.size.max.bytes": "1048576",
    "log.cleaner.dedupe.buffer.size": "16777216",
    "num.network.threads": "2",
    "num.io.threads": "4",
    "background.threads": "4",
}


class Kafka(Server):
    """A broker.

    Args:
        folder: its data and settings.
        log: where its output goes.
        jars: the folder that `fetch_jars` returned.
        java: what it runs on.
        port: for clients.
        controller_port: for its own controller.
        options: further words for Java.
    """

    def __init__(
        self,
        folder: Path,
        *,
        log: Path,
        jars: Path,
        java: Java,
        port: int,
        controller_port: int,
        options: Sequence[str] = (),
    ) -> None:
        self._folder = folder
        self._controller_port = controller_port
        self._properties = folder / "server.properties"
        self._java = (str(java.program), *_jvm(java), *options, "-cp", f"{jars}/*")
        command = (*self._java, "kafka.Kafka", str(self._properties))
        super().__init__(Child("kafka", command, log=log, env=_environment(), cwd=ROOT), port)

    @property
    def bootstrap(self) -> str:
        """What clients call bootstrap servers."""
        return f"{LOOPBACK}:{self.port}"

    def prepare(self) -> None:
        """Write the settings anew (ports and paths may have changed) and format the folder the first time."""
        if "," in str(self._folder):
            raise CannotRun(f"Kafka cannot use {self._folder}: it has a comma.", "Choose another with HAIVAN_HOME.")
        self._folder.mkdir(parents=True, exist_ok=True)
        self._properties.write_text(self._settings(), encoding="ascii")
        if not (self._folder / "data" / "meta.properties").exists():
            self._format()

    def _settings(self) -> str:
        # A voter named by address, not the dynamic quorum: that one remembers the controller's port in its log and
        # never finds itself again when another program has taken the port.
        own = {
            "listeners": f"PLAINTEXT://{self.bootstrap},CONTROLLER://{LOOPBACK}:{self._controller_port}",
            "advertised.listeners": f"PLAINTEXT://{self.bootstrap}",
            "controller.quorum.voters": f"1@{LOOPBACK}:{self._controller_port}",
            "log.dirs": str(self._folder / "data"),
        }
        return "".join(f"{key}={_escaped(value)}\n" for key, value in (_PROPERTIES | own).items())

    def _format(self) -> None:
        tool = ["kafka.tools.StorageTool", "format", "-t", new_cluster_id(), "-c", str(self._properties)]
        try:
            done = subprocess.run(
                [*self._java, *tool],
                capture_output=True,
                text=True,
                check=False,
                env=_environment(),
                timeout=_FORMAT_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise CannotRun(
                f"Kafka took more than {_FORMAT_SECONDS:g} s to format {self._folder}.",
                "Try again when less is going on.",
            ) from None
        if done.returncode:
            raise CannotRun(f"Kafka could not format {self._folder}: {done.stderr.strip()}", "See `./haivan doctor`.")

    def is_ready(self) -> bool:
        return answers_as_kafka(LOOPBACK, self.port)


def new_cluster_id() -> str:
    """22 characters of base64; never with a dash in front, which Kafka's command line would take for an option."""
    while (text := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        continue
    return text


def answers_as_kafka(host: str, port: int, timeout: float = _PROBE_SECONDS) -> bool:
    """Whether a broker answers there: an ApiVersions request (key 18, version 0), known to every broker."""
    request = struct.pack(">hhih", 18, 0, 1, -1)  # key, version, correlation id, no client id
    try:
        with socket.create_connection((host, port), timeout) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            answer = connection.recv(8)
    except OSError:
        return False
    return answer[4:] == struct.pack(">i", 1)


def _jvm(java: Java) -> tuple[str, ...]:
    # Since 24 Java warns at each start of what Kafka's clients do; before 23 it doesn't know the word.
    return (*_JVM, "--sun-misc-unsafe-memory-access=allow") if java.major >= _WARNS_OF_UNSAFE else _JVM


def _escaped(value: str) -> str:
    """As Java reads its properties: JSON's escapes are among its own, so a folder may be called Hải Vân."""
    return json.dumps(value)[1:-1]


def _environment() -> dict[str, str]:
    """Little of ours: JAVA_TOOL_OPTIONS or KAFKA_OPTS of the caller's shell must not change the broker."""
    kept = {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}  # glibc's arenas alone can take 100 MB
