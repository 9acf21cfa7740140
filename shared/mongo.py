"""MongoDB as this system uses it: one way to connect, one way between states and documents.

motor lives in this file and in the `store.py` files; nowhere else.
"""

from datetime import UTC, datetime
from enum import Enum
from typing import Any, TypeAlias, TypeVar

import msgspec
from bson.codec_options import CodecOptions
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection, AsyncIOMotorDatabase
from pymongo import ReadPreference, WriteConcern
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    ExecutionTimeout,
    NotPrimaryError,
    OperationFailure,
    WriteConcernError,
    WTimeoutError,
)
from pymongo.read_concern import ReadConcern

from shared.settings import ServiceName, Settings

Document: TypeAlias = dict[str, Any]
Client: TypeAlias = AsyncIOMotorClient[Document]
Database: TypeAlias = AsyncIOMotorDatabase[Document]
Collection: TypeAlias = AsyncIOMotorCollection[Document]

AWAY = (ConnectionFailure, NotPrimaryError, ExecutionTimeout, WTimeoutError, WriteConcernError)
"""What MongoDB raises while it cannot answer; transient by definition."""

_NOT_NOW = frozenset(
    {
        50,  # MaxTimeMSExpired
        64,  # WriteConcernFailed: majority not reached in time
        91,  # ShutdownInProgress
        112,  # WriteConflict
        133,  # FailedToSatisfyReadPreference
        189,  # PrimarySteppedDown
        262,  # ExceededTimeLimit
        10107,  # NotWritablePrimary
        11600,  # InterruptedAtShutdown
        11602,  # InterruptedDueToReplStateChange
        13435,  # NotPrimaryNoSecondaryOk
        13436,  # NotPrimaryOrSecondary
        14031,  # OutOfDiskSpace
    }
)
"""Codes by which MongoDB says "not now" rather than "never": error_codes.yml of the server."""

DURABLE = WriteConcern(w="majority", j=True, wtimeout=2_000)
"""What "accepted" means: journaled on a majority, or no 2xx."""

ACCEPT_SECONDS = 2.5
"""How long accepting may take before it is given up: a stopped or cut off mongod answers nothing at all."""

S = TypeVar("S")

_KEPT = (bytes, datetime)
DUPLICATE = 11_000


def connect(settings: Settings) -> Client:
    """A client that gives up after two seconds, so that no caller hangs on a missing primary."""
    return AsyncIOMotorClient(
        settings.mongo_url.get_secret_value(),
        tz_aware=True,
        tzinfo=UTC,
        serverSelectionTimeoutMS=2_000,
        connectTimeoutMS=2_000,
        socketTimeoutMS=10_000,
        retryWrites=True,
        appname="haivan",
    )


def database_of(client: Client, service: ServiceName, settings: Settings) -> Database:
    """The database that only this service reads and writes; every write in it is durable."""
    return client.get_database(
        settings.database_of(service),
        codec_options=CodecOptions(tz_aware=True, tzinfo=UTC),
        write_concern=DURABLE,
        read_concern=ReadConcern("majority"),
        read_preference=ReadPreference.PRIMARY,
    )


def is_away(error: BaseException) -> bool:
    """Whether MongoDB can't answer for now (unreachable, no primary, no majority, full): retry, nothing is wrong."""
    if isinstance(error, BulkWriteError):
        details = error.details or {}
        not_now = any(each["code"] in _NOT_NOW for each in details.get("writeErrors", ()))
        return not_now or bool(details.get("writeConcernErrors"))
    return isinstance(error, AWAY) or (isinstance(error, OperationFailure) and error.code in _NOT_NOW)


def already_there(error: BulkWriteError) -> list[int]:
    """Which writes of a bulk found their document there, or newer; that is no error anywhere here.

    Raises:
        BulkWriteError: anything else went wrong as well.
    """
    details = error.details or {}
    failures = details.get("writeErrors", [])
    if details.get("writeConcernErrors") or any(failure["code"] != DUPLICATE for failure in failures):
        raise error
    return [failure["index"] for failure in failures]


def to_document(state: Any) -> Document:
    """A state (frozen dataclass) as a document: enums as values, tuples as arrays, times and bytes as they are."""
    document = msgspec.to_builtins(state, builtin_types=_KEPT, enc_hook=_encode)
    if not isinstance(document, dict):
        raise TypeError(f"a state is a dataclass, not {type(state).__name__}")
    return document


def from_document(document: Document, state: type[S]) -> S:
    """The state that `to_document` wrote; fields added since then take their defaults."""
    return msgspec.convert(document, state, builtin_types=_KEPT)


def _encode(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    raise TypeError(f"no document form for {type(value).__name__}")
