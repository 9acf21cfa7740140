from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from shared.events import REGISTRY, Cause, Event, event
from shared.events.agencies import AcknowledgeTask
from shared.events.checkpoints import PassRecorded
from shared.events.cloudevents import agency_of
from shared.events.reports import ReportWithdrawn
from shared.topics import AGENCY_TASKS, INTAKE_REPORTS, Topic, topics_to_create

AT = datetime(2026, 11, 23, 1, 15, tzinfo=UTC)
EXAMPLE: dict[str, object] = {"report_id": "r1"}


@pytest.fixture(autouse=True)
def registry_as_it_was() -> Iterator[None]:
    before = dict(REGISTRY)
    yield
    REGISTRY.clear()
    REGISTRY.update(before)


def register(
    name: str = "intake.reports.sung", example: dict[str, object] = EXAMPLE, version: int = 1
) -> type[Event]:
    @event(
        name,
        topic=INTAKE_REPORTS,
        subject="report_id",
        producer="intake.reports",
        consumers=["routing.cases"],
        example=example,
        version=version,
    )
    class Sung(Event):
        """Somebody sang."""

        report_id: str

    return Sung


def test_a_registered_event_carries_its_contract() -> None:
    sung = register(version=2)
    assert REGISTRY["intake.reports.sung"] is sung.contract
    assert sung.contract.schema_uri == "urn:haivan:schema:intake.reports.sung:2"
    assert sung.contract.consumers == ("routing.cases",)


@pytest.mark.parametrize(
    "name", ["intake.reports.received", "", "sung", "intake.Reports.sung", "a.b.c.d.e", "a.b.c\n"]
)
def test_a_name_that_is_taken_or_malformed_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="taken or malformed"):
        register(name)


def test_an_example_that_does_not_validate_stops_the_process_at_import() -> None:
    with pytest.raises(ValidationError):
        register(example={"report_id": 7})
    assert "intake.reports.sung" not in REGISTRY


def test_an_event_cannot_be_changed() -> None:
    said = ReportWithdrawn(report_id="r1", at=AT)
    with pytest.raises(ValidationError):
        said.report_id = "r2"  # type: ignore[misc]  # that is the test


def test_the_key_is_the_subject_unless_the_topic_orders_by_something_else() -> None:
    withdrawn = ReportWithdrawn(report_id="r1", at=AT)
    passed = PassRecorded.model_validate(PassRecorded.contract.example)
    assert (withdrawn.subject, withdrawn.key) == ("r1", "r1")
    assert (passed.subject, passed.key) == (passed.pass_id, "hai-van")


def test_an_agency_has_topics_of_its_own() -> None:
    assert AcknowledgeTask(agency="cdc", task_id="t1").topic_name == "agencies.cdc.updates.v1"
    assert ReportWithdrawn(report_id="r1", at=AT).topic_name == "intake.reports.v1"


@pytest.mark.parametrize(
    ("topic", "agency"),
    [
        ("agencies.cdc.updates.v1", "cdc"),
        ("agencies.information-desk.tasks.v1", "information-desk"),
        ("agencies.cdc.updates.v2", None),
        ("agencies..updates.v1", None),
        ("agencies.a.b.updates.v1", None),
        ("intake.reports.v1", None),
        ("agencies.cdc.updates.v1\n", None),
    ],
)
def test_only_the_topic_says_which_agency_speaks(topic: str, agency: str | None) -> None:
    assert agency_of(topic) == agency


def test_a_command_is_its_own_beginning() -> None:
    cause = Cause.of_command("c1", exercise="drill")
    assert (cause.id, cause.correlation, cause.exercise, cause.traceparent) == ("c1", "c1", "drill", None)


def test_every_topic_is_created_for_every_agency_with_its_dead_letters() -> None:
    names = {each.name for each in topics_to_create(["cdc", "police"], prefix="t1-")}
    assert {"t1-agencies.cdc.tasks.v1", "t1-agencies.police.updates.v1", "t1-intake.reports.v1"} <= names
    live = {name for name in names if not name.endswith(".dlq")}
    assert {f"{name}.dlq" for name in live} == names - live
    assert not [name for name in names if "{" in name]


def test_a_compacted_topic_is_kept_for_ever_and_others_for_a_time() -> None:
    compacted = Topic(name="a.v1", subject="a", purpose="", readers=(), kept=None).configuration()
    assert (compacted["cleanup.policy"], "retention.ms" in compacted) == ("compact", False)
    assert AGENCY_TASKS.configuration()["retention.ms"] == str(30 * 86_400_000)


@pytest.mark.parametrize("topic", topics_to_create(["cdc"]), ids=lambda topic: topic.name)
def test_no_topic_takes_a_decompression_bomb(topic: object) -> None:
    settings = getattr(topic, "configuration", {})
    assert settings["compression.type"] == "uncompressed"
    assert 262_144 <= int(settings["max.message.bytes"]) <= 524_288
