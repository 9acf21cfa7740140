"""What was confirmed is taken from the documents that wait with it, and nothing else is."""

from typing import Any

import pytest

from shared.publishing import _clear
from tests.integration.shared.mechanism.backbone import Backbone

pytestmark = pytest.mark.kafka


async def waiting(backbone: Backbone, **documents: str) -> None:
    """Documents that wait with these events, one letter each."""
    await backbone.reports.collection.insert_many(
        [
            {"_id": name, "pending": [{"id": each} for each in events], "refusals": 1}
            | ({"pending_since": 1} if events else {})
            for name, events in documents.items()
        ]
    )


async def left(backbone: Backbone) -> dict[str, str]:
    """What each document still waits with; `!` behind it where the relay looks for it."""
    found: dict[str, Any] = {}
    async for document in backbone.reports.collection.find():
        marks = {"pending_since", "refusals"} & document.keys()
        assert len(marks) in (0, 2)
        found[document["_id"]] = "".join(each["id"] for each in document["pending"]) + "!" * bool(marks)
    return found


async def clear(backbone: Backbone, **confirmed: str) -> dict[str, str]:
    await _clear(backbone.reports.collection, {name: list(events) for name, events in confirmed.items()})
    return await left(backbone)


async def test_documents_that_wait_with_one_event_each_are_cleared(backbone: Backbone) -> None:
    await waiting(backbone, one="a", two="b", three="c", untouched="d")
    assert await clear(backbone, one="a", two="b", three="c") == {
        "one": "",
        "two": "",
        "three": "",
        "untouched": "d!",
    }


async def test_what_came_meanwhile_stays_and_holds_up_no_other(backbone: Backbone) -> None:
    await waiting(backbone, changed="ax", alone="b")
    assert await clear(backbone, changed="a", alone="b") == {"changed": "x!", "alone": ""}


async def test_several_events_of_one_document_are_cleared_beside_those_of_one(backbone: Backbone) -> None:
    await waiting(backbone, several="abc", partly="defx", alone="g")
    assert await clear(backbone, several="abc", partly="def", alone="g") == {
        "several": "",
        "partly": "x!",
        "alone": "",
    }


async def test_what_another_has_cleared_already_stays_as_it_is(backbone: Backbone) -> None:
    await waiting(backbone, cleared="", cleared_and_changed="x", alone="c")
    await backbone.reports.collection.update_one({"_id": "cleared"}, {"$unset": {"refusals": 1}})
    assert await clear(backbone, cleared="a", cleared_and_changed="b", alone="c") == {
        "cleared": "",
        "cleared_and_changed": "x!",
        "alone": "",
    }


async def test_a_document_that_is_gone_harms_nobody(backbone: Backbone) -> None:
    await waiting(backbone, here="a")
    assert await clear(backbone, here="a", gone="b") == {"here": ""}
