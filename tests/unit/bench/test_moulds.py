from datetime import UTC, datetime, timedelta

import bson
import pytest

from bench.moulds import Mould
from shared.ids import derived_id

AT = datetime(2026, 11, 28, 8, tzinfo=UTC)
ONE, OTHER, NEW, NEWER = (derived_id(name, "id") for name in ("one", "other", "new", "newer"))


def test_a_copy_has_other_ids_wherever_they_stand_and_earlier_moments() -> None:
    first = {
        "_id": ONE,
        "state": {"tasks": [{"id": OTHER, "at": AT, "by": AT + timedelta(minutes=5)}], "words": "Khó thở"},
        "data": f'{{"case":"{ONE}","url":"/tasks/{OTHER}"}}',
        "version": 3,
    }
    copy = Mould(first).cast({ONE: NEW, OTHER: NEWER}, timedelta(hours=1))
    assert bson.decode(copy, bson.CodecOptions(tz_aware=True, tzinfo=UTC)) == {
        "_id": NEW,
        "state": {
            "tasks": [
                {"id": NEWER, "at": AT - timedelta(hours=1), "by": AT - timedelta(minutes=55)},
            ],
            "words": "Khó thở",
        },
        "data": f'{{"case":"{NEW}","url":"/tasks/{NEWER}"}}',
        "version": 3,
    }


def test_an_id_that_two_copies_would_share_is_refused() -> None:
    with pytest.raises(KeyError):
        Mould({"_id": ONE, "cause": OTHER}).cast({ONE: NEW}, timedelta())
