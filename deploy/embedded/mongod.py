"""MongoDB as a replica set of one (change streams and majority writes need a set), on the loopback interface."""

from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.embedded.child import Child
from deploy.embedded.mongodb import Mongodb, environment_for
from deploy.embedded.ports import LOOPBACK
from deploy.embedded.server import Server
from shared.settings import ROOT

REPLICA_SET = "rs0"

_PROBE_MILLISECONDS = 1_000
_NOT_YET_INITIALIZED = 94

_FLAGS = (
    ("--replSet", REPLICA_SET),
    ("--bind_ip", LOOPBACK),
    ("--nounixsocket",),
    ("--noscripting",),  # no $where, no server-side JavaScript
    ("--wiredTigerCacheSizeGB", "0.25"),  # it would take half of the machine's memory
    ("--oplogSize", "512"),  # MB; it would take 5 % of the disk
    ("--networkMessageCompressors", "snappy,zstd"),  # without zlib: CVE-2025-14847
    ("--slowOpSampleRate", "0"),  # its log would show slow commands with what people wrote
    ("--setParameter", "diagnosticDataCollectionEnabled=false"),
    ("--setParameter", "shutdownTimeoutMillisForSignaledShutdown=100"),  # no secondary to hand over to
    ("--quiet",),
)


class Mongod(Server):
    """One member, primary of `rs0`, with its files in `folder`."""

    def __init__(self, folder: Path, *, log: Path, mongodb: Mongodb, port: int) -> None:
        self._folder = folder
        flags = [word for flag in _FLAGS for word in flag]
        command = [str(mongodb.program), "--dbpath", str(folder), "--port", str(port), *flags]
        super().__init__(Child("mongod", command, log=log, env=environment_for(mongodb.libraries), cwd=ROOT), port)

    @property
    def url(self) -> str:
        return f"mongodb://{LOOPBACK}:{self.port}/?replicaSet={REPLICA_SET}"

    def prepare(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)

    def is_ready(self) -> bool:
        """Initiates the set on a new folder, and corrects it when the port isn't the one of the last run."""
        try:
            with _direct_client(self.port) as client:
                return self._is_primary(client)
        except PyMongoError:
            return False

    def _is_primary(self, client: "MongoClient[dict[str, Any]]") -> bool:
        try:
            config = client.admin.command("replSetGetConfig")["config"]
        except OperationFailure as error:
            if error.code != _NOT_YET_INITIALIZED:
                raise
            client.admin.command("replSetInitiate", self._config())
            return False
        if config["members"][0]["host"] != f"{LOOPBACK}:{self.port}":
            client.admin.command("replSetReconfig", self._config(config["version"] + 1), force=True)
            return False
        return bool(client.admin.command("hello").get("isWritablePrimary"))

    def _config(self, version: int = 1) -> dict[str, Any]:
        return {
            "_id": REPLICA_SET,
            "version": version,
            "members": [{"_id": 0, "host": f"{LOOPBACK}:{self.port}"}],
            "settings": {"electionTimeoutMillis": 2_000},
        }


def answers_as_primary(port: int) -> bool:
    """Whether a primary answers on that local port."""
    try:
        with _direct_client(port) as client:
            return bool(client.admin.command("hello").get("isWritablePrimary"))
    except PyMongoError:
        return False


def _direct_client(port: int) -> "MongoClient[dict[str, Any]]":
    """One connection to that very server, whatever the set's configuration says."""
    return MongoClient(
        LOOPBACK,
        port,
        directConnection=True,
        serverSelectionTimeoutMS=_PROBE_MILLISECONDS,
        socketTimeoutMS=5 * _PROBE_MILLISECONDS,
    )
