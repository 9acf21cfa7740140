import json

import pytest

from shared.aggregates import Aggregates
from shared.clock import now
from shared.counts import Counts
from shared.leases import Leases
from shared.topics import PLATFORM_COUNTS
from tests.eventually import eventually
from tests.integration.shared.mechanism.backbone import REPORTS, Backbone

pytestmark = pytest.mark.kafka


async def test_a_service_tells_how_many_documents_it_holds_and_how_many_wait(
    backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.counts._SHORTEST", 0.1)
    await backbone.prepare(REPORTS, PLATFORM_COUNTS.name)
    kept = Aggregates(backbone.database, "counts", Counts.STATE, source="/routing/counts", outbox=backbone.publisher)
    counts = Counts("routing", kept, [backbone.reports, backbone.cases], now)
    for _ in range(3):
        await backbone.accept()
    backbone.start(counts.run(Leases.of(backbone.database, "me"), backbone.relay()))

    async def is_counted() -> bool:
        found = await kept.find("routing")
        return found is not None and found.state.documents == {"reports": 3, "cases": 0}

    await eventually(is_counted)
    taken = (await kept.get("routing")).state
    assert taken.pending >= 3
    backbone.start(backbone.publisher.run())

    async def are_told() -> bool:
        return bool(await backbone.read(PLATFORM_COUNTS.name))

    await eventually(are_told)
    last = json.loads((await backbone.read(PLATFORM_COUNTS.name))[-1].value or b"")
    assert (last["service"], last["documents"]) == ("routing", {"reports": 3, "cases": 0})


async def test_nothing_is_told_on_top_of_what_nobody_has_heard(backbone: Backbone) -> None:
    await backbone.prepare(REPORTS, PLATFORM_COUNTS.name)
    kept = Aggregates(backbone.database, "counts", Counts.STATE, source="/routing/counts", outbox=backbone.publisher)
    counts = Counts("routing", kept, [backbone.reports], now)
    for _ in range(5):
        await counts._take(backbone.relay())
    document = await kept.collection.find_one({"_id": "routing"})
    assert document is not None
    assert len(document["pending"]) == 1
