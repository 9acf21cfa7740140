import pytest
from pymongo.errors import AutoReconnect, BulkWriteError, DuplicateKeyError, OperationFailure, WriteError

from shared.mongo import already_there, is_away

DUPLICATE, FULL, INVALID = 11_000, 14_031, 121


def bulk(*codes: int, without_majority: bool = False) -> BulkWriteError:
    failures = [{"index": place, "code": code, "errmsg": ""} for place, code in enumerate(codes)]
    return BulkWriteError({"writeErrors": failures, "writeConcernErrors": [{"code": 64}] * without_majority})


@pytest.mark.parametrize(
    "error",
    [
        AutoReconnect(""),
        OperationFailure("", 10_107),
        WriteError("", FULL),
        bulk(FULL),
        bulk(DUPLICATE, FULL),
        bulk(without_majority=True),
        bulk(DUPLICATE, without_majority=True),
    ],
    ids=repr,
)
def test_what_mongodb_cannot_do_for_now_is_away(error: Exception) -> None:
    assert is_away(error)


@pytest.mark.parametrize(
    "error", [DuplicateKeyError("", DUPLICATE), WriteError("", INVALID), bulk(DUPLICATE), bulk(INVALID)], ids=repr
)
def test_what_it_will_never_do_is_not(error: Exception) -> None:
    assert not is_away(error)


def test_what_is_there_already_is_told_by_its_place() -> None:
    assert already_there(bulk(DUPLICATE, DUPLICATE)) == [0, 1]


@pytest.mark.parametrize("error", [bulk(DUPLICATE, FULL), bulk(DUPLICATE, without_majority=True)], ids=repr)
def test_anything_else_beside_it_is_an_error(error: BulkWriteError) -> None:
    with pytest.raises(BulkWriteError):
        already_there(error)
