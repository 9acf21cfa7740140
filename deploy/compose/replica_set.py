"""Makes a new mongod the only member of its replica set, under the name by which all others call it.

python -m deploy.compose.replica_set HOST:PORT
"""

import sys
import time
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.embedded.mongod import REPLICA_SET

_WITHIN_SECONDS = 120.0
_EVERY_SECONDS = 0.5
_PROBE_MILLISECONDS = 2_000
_NOT_YET_INITIALIZED = 94


def initiate(address: str) -> bool:
    """Whether the mongod there is a primary by now; asked again until it is."""
    host, _, port = address.rpartition(":")
    client: MongoClient[dict[str, Any]] = MongoClient(
        host, int(port), directConnection=True, serverSelectionTimeoutMS=_PROBE_MILLISECONDS
    )
    with client:
        try:
            client.admin.command("replSetGetConfig")
        except OperationFailure as error:
            if error.code != _NOT_YET_INITIALIZED:
                raise
            member = {"_id": 0, "host": address}
            settings = {"electionTimeoutMillis": 2_000}
            client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [member], "settings": settings})
        return bool(client.admin.command("hello").get("isWritablePrimary"))


def main(address: str) -> None:
    """Wait until there is a primary; ends with a sentence when there is none in time."""
    deadline = time.monotonic() + _WITHIN_SECONDS
    while True:
        try:
            if initiate(address):
                print(f"{address} is the primary of {REPLICA_SET}.")
                return
            told = "it is not the primary yet"
        except PyMongoError as error:
            told = str(error)
        if time.monotonic() > deadline:
            sys.exit(f"No primary at {address} within {_WITHIN_SECONDS:.0f} s: {told}")
        time.sleep(_EVERY_SECONDS)


if __name__ == "__main__":
    main(sys.argv[1])
