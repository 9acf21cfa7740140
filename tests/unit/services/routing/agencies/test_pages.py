"""The agency's page."""

import pytest

from services.routing.agencies.domain import refused_as_invalid
from services.routing.agencies.pages import Samples, samples_of
from services.routing.cases.wording import TASK_STATUSES
from tests.places import MakeSettings
from tests.unit.services.routing.builders import NOON, a_case
from tests.unit.services.routing.rendering import pages
from tests.unit.shared.web.builders import a_person, a_request
from tests.unit.shared.web.markup_faults import faults_of

SAMPLES = Samples(
    agency="cdc",
    bootstrap="127.0.0.1:9092",
    tasks="agencies.cdc.tasks.v1",
    updates="agencies.cdc.updates.v1",
)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_has_everything_to_copy_and_what_was_refused(language: str) -> None:
    refused = refused_as_invalid("missing: text", "cdc", "t-1", "u-1", NOON).state
    html = bytes(
        pages()
        .render(
            a_request("/agency", f"lang={language}"),
            "agency.html",
            person=a_person(roles=frozenset({"engineer"})),
            samples=SAMPLES,
            refusals=[refused],
            test_tasks=[a_case("cdc")],
            statuses=TASK_STATUSES,
            key="key-1",
        )
        .body
    ).decode()
    assert faults_of(html) == []
    assert "kcat -C -b 127.0.0.1:9092 -t agencies.cdc.tasks.v1" in html
    assert (refused.detail_en if language == "en" else refused.detail_vi) in html


def test_only_the_embedded_run_shows_where_its_broker_is(make_settings: MakeSettings) -> None:
    nowhere = {"kafka_bootstrap_servers": "10.0.0.7:9092", "mongo_url": "mongodb://127.0.0.1:1"}
    assert samples_of("cdc", make_settings(**nowhere)).bootstrap == "10.0.0.7:9092"
    production = make_settings(**nowhere, environment="production")
    assert samples_of("cdc", production).bootstrap == "$KAFKA_BOOTSTRAP_SERVERS"
    assert samples_of("cdc", production).tasks.endswith("agencies.cdc.tasks.v1")
