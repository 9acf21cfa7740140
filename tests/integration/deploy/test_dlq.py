"""Dead letters from the command line, on a real service: listed with their reason, replayed once that is mended."""

import asyncio
import json
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from typer.testing import CliRunner

from deploy.cli.dead_letters import Choice, letters, replay, try_replay
from deploy.cli.operator import OperatorDoor
from deploy.cli.registry import build
from deploy.embedded.errors import CannotRun
from deploy.embedded.operator_session import OPERATOR, operator_headers
from shared.clock import now
from shared.events import Cause
from shared.events.cloudevents import pend, record_of
from shared.events.reports import ReportAnsweredByReporter, ReportReceived
from tests.eventually import eventually, eventually_sync
from tests.services import Services

pytestmark = pytest.mark.kafka


class Place:
    """A running routing of this test's own, with its operator."""

    def __init__(self, services: Services) -> None:
        self.environment = services.environment
        self.door = OperatorDoor({"routing": services["routing"].url}, operator_headers(services.environment))
        self._url = services["routing"].url

    def run(self, *words: str, **environ: str) -> Any:
        """The real command line, as an operator elsewhere with an API key runs it; its JSON and exit code."""
        known = {"HAIVAN_ROUTING_URL": self._url, **environ}
        others = dict.fromkeys(("HAIVAN_INTAKE_URL", "HAIVAN_CHECKPOINTS_URL", "HAIVAN_NOTIFICATIONS_URL"), "")
        done = CliRunner().invoke(build(), [*words, "--json"], env={**others, **known}, catch_exceptions=False)
        return json.loads(done.output), done.exit_code

    def knows_its_operator(self) -> bool:
        try:
            return bool(self.door.get("routing", "/api/v1/accounts"))
        except CannotRun:
            return False

    async def waiting(self, group: str) -> list[str]:
        return [each.reason for each in await asyncio.to_thread(letters, self.door, Choice(group=group))]

    async def send(self, topic: str, key: bytes, value: bytes, headers: Mapping[str, bytes]) -> None:
        bootstrap = self.environment["HAIVAN_KAFKA_BOOTSTRAP_SERVERS"]
        async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
            name = self.environment["HAIVAN_TOPIC_PREFIX"] + topic
            await producer.send_and_wait(name, value, key=key, headers=list(headers.items()))

    async def say(self, event: ReportReceived | ReportAnsweredByReporter, sequence: int) -> None:
        """An event as intake sends it."""
        pending = pend(event, source="/intake/reports", sequence=sequence, at=now(), cause=Cause.of_command("test"))
        key, value, headers = record_of(pending)
        await self.send(pending.topic, key, value, dict(headers))


@pytest.fixture
def place(services: Services) -> Place:
    """Once routing knows its operator, which it hears from its own topic."""
    services.start("routing")
    started = Place(services)
    eventually_sync(started.knows_its_operator)
    return started


async def test_a_poisonous_record_is_listed_with_its_reason_and_stays_when_it_cannot_be_consumed(
    place: Place,
) -> None:
    await place.send("agencies.cdc.updates.v1", b"x", b"{broken", {"ce_type": b"agencies.updates.reply"})
    assert await eventually(lambda: place.waiting("routing.agencies")) == ["not-json"]
    made = await asyncio.to_thread(
        place.door.post, "routing", f"/api/v1/accounts/{OPERATOR}/keys", {"label": "dlq", "scopes": ["operations"]}
    )
    key = {"HAIVAN_API_KEY": made["key"]}

    listed, _ = await asyncio.to_thread(place.run, "dlq", "list", **key)  # routing knows its own keys at once
    assert [letter["reason"] for letter in listed["letters"]] == ["not-json"]
    tried, code = await asyncio.to_thread(place.run, "dlq", "replay", "--group", "routing.agencies", **key)
    assert (tried["services"][0]["status"], tried["services"][0]["chosen"], code) == ("dry-run", 1, 0)
    meant = ("dlq", "replay", listed["letters"][0]["id"], "--yes")
    replayed, code = await asyncio.to_thread(place.run, *meant, **key)
    assert (replayed["services"][0]["failed"], code) == (1, 1)
    assert await place.waiting("routing.agencies") == ["not-json"]


async def test_a_letter_is_consumed_once_its_cause_is_mended(place: Place) -> None:
    report_id, group = str(uuid.uuid4()), "routing.cases"
    answer = ReportAnsweredByReporter(report_id=report_id, text="Dạ, từ hôm qua.", at=now())
    await place.say(answer, sequence=2)  # its report never came
    await eventually(lambda: place.waiting(group))

    example = ReportReceived.contract.example
    await place.say(ReportReceived.model_validate({**example, "report_id": report_id}), sequence=1)
    choice = Choice(group=group)

    def consumed() -> bool:
        """The report's case may still be on its way; a letter that fails stays, and may be tried again."""
        return any(each.replayed for each in replay(place.door, choice, try_replay(place.door, choice, "routing")))

    await eventually(lambda: asyncio.to_thread(consumed))
    assert await place.waiting(group) == []
