"""One message per recipient, event and channel: under redelivery, failures, slow receivers and kills."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from deploy.embedded.ports import free_port
from shared.mongo import connect, database_of
from shared.settings import Settings
from tests.eventually import PATIENCE, eventually
from tests.integration.services.notifications.conftest import Notifications
from tests.integration.services.notifications.desks import ledger, publish, seat_everybody, signed_in, subscribe
from tests.integration.services.notifications.receivers import receiving
from tests.places import settings_from

pytestmark = pytest.mark.kafka


@pytest.fixture
async def desks(notifications: Notifications) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    clients = {name: notifications.client(name) for name in ("bao-chi", "ban-chi-dao", "ky-su-cdc", "ky-su-cong-an")}
    yield clients
    engineer = clients["ky-su-cdc"]
    for each in (await engineer.get("/api/v1/subscriptions")).json():
        await engineer.delete(f"/api/v1/subscriptions/{each['id']}")
    for client in clients.values():
        await client.aclose()


async def settled(reader: httpx.AsyncClient, alert_id: str, lines: int = 1) -> list[dict[str, Any]]:
    async def all_ended() -> list[dict[str, Any]] | None:
        found = await ledger(reader, alert_id)
        return found if len(found) == lines and all(each["ended_at"] for each in found) else None

    return await eventually(all_ended)


async def test_a_subscriber_gets_one_signed_message(desks: dict[str, httpx.AsyncClient]) -> None:
    async with receiving() as receiver:
        secret = (await subscribe(desks["ky-su-cdc"], receiver.url))["secret"]
        alert_id = await publish(desks["bao-chi"], desks["ban-chi-dao"])
        (line,) = await settled(desks["ban-chi-dao"], alert_id)
        assert (line["status"], [each["outcome"] for each in line["attempts"]]) == ("sent", ["http-204"])
        (message,) = receiver.verified(secret)
        assert (message["type"], message["subject"]) == ("notifications.alerts.published", alert_id)
        assert receiver.ids == [line["id"]]


async def test_reading_the_same_event_again_sends_nothing_again(
    notifications: Notifications, desks: dict[str, httpx.AsyncClient]
) -> None:
    async with receiving() as receiver:
        await subscribe(desks["ky-su-cdc"], receiver.url)
        alert_id = await publish(desks["bao-chi"], desks["ban-chi-dao"])
        await settled(desks["ban-chi-dao"], alert_id)
        await say_again(notifications.settings, "notifications.alerts.v1")
        witness = await publish(desks["bao-chi"], desks["ban-chi-dao"])  # whatever came before it has been read
        await settled(desks["ban-chi-dao"], witness)
        assert len(await ledger(desks["ban-chi-dao"], alert_id)) == 1
        assert len(receiver.ids) == len(set(receiver.ids)) == 2


async def test_who_subscribes_later_hears_nothing_of_what_was(
    notifications: Notifications, desks: dict[str, httpx.AsyncClient]
) -> None:
    async with receiving() as receiver:
        early = await publish(desks["bao-chi"], desks["ban-chi-dao"])
        await subscribe(desks["ky-su-cdc"], receiver.url)
        await say_again(notifications.settings, "notifications.alerts.v1")
        late = await publish(desks["bao-chi"], desks["ban-chi-dao"])
        await settled(desks["ban-chi-dao"], late)
        assert await ledger(desks["ban-chi-dao"], early) == []
        assert len(receiver.ids) == 1


async def test_a_receiver_that_fails_is_tried_again_under_the_same_id(desks: dict[str, httpx.AsyncClient]) -> None:
    async with receiving(503, 500, 200) as receiver:
        await subscribe(desks["ky-su-cdc"], receiver.url)
        alert_id = await publish(desks["bao-chi"], desks["ban-chi-dao"])
        (line,) = await settled(desks["ban-chi-dao"], alert_id)
        assert [each["outcome"] for each in line["attempts"]] == ["http-503", "http-500", "http-200"]
        assert receiver.ids == [line["id"]] * 3


async def test_one_that_is_gone_is_asked_once_and_never_more(desks: dict[str, httpx.AsyncClient]) -> None:
    async with receiving(410) as receiver:
        made = await subscribe(desks["ky-su-cdc"], receiver.url)
        alert_id = await publish(desks["bao-chi"], desks["ban-chi-dao"])
        (line,) = await settled(desks["ban-chi-dao"], alert_id)
        assert (line["status"], line["reason"]) == ("given_up", "http-410")
        shown = (await desks["ky-su-cdc"].get(f"/api/v1/subscriptions/{made['id']}")).json()
        assert shown["status"] == "gone"


async def test_one_slow_subscriber_delays_nobody(desks: dict[str, httpx.AsyncClient]) -> None:
    async with receiving(None) as slow, receiving() as quick:
        await subscribe(desks["ky-su-cdc"], slow.url)
        await subscribe(desks["ky-su-cdc"], quick.url)
        for _ in range(6):
            await publish(desks["bao-chi"], desks["ban-chi-dao"])
        await eventually(lambda: len(quick.ids) == 6)
        assert slow.most_at_once <= 4  # the share of one recipient


async def test_only_the_wards_asked_for_are_sent(desks: dict[str, httpx.AsyncClient]) -> None:
    async with receiving() as here, receiving() as there:
        await subscribe(desks["ky-su-cdc"], here.url, wards=["phu-xuan"])
        await subscribe(desks["ky-su-cdc"], there.url, wards=["vy-da"])
        alert_id = await publish(desks["bao-chi"], desks["ban-chi-dao"], wards=["phu-xuan", "thuan-hoa"])
        await settled(desks["ban-chi-dao"], alert_id)
        everywhere = await publish(desks["bao-chi"], desks["ban-chi-dao"])
        await settled(desks["ban-chi-dao"], everywhere, lines=2)
        assert (len(here.ids), len(there.ids)) == (2, 1)


async def test_a_cancellation_follows_and_a_late_alert_does_not_come_after_it(
    desks: dict[str, httpx.AsyncClient],
) -> None:
    async with receiving(503) as receiver:
        await subscribe(desks["ky-su-cdc"], receiver.url)
        alert_id = await publish(desks["bao-chi"], desks["ban-chi-dao"])
        await eventually(lambda: receiver.ids)
        await desks["bao-chi"].post(f"/api/v1/alerts/{alert_id}:cancel", json={"reason_vi": "Nhầm."})
        receiver.answers = [204]
        lines = {line["what"]: line for line in await settled(desks["ban-chi-dao"], alert_id, lines=2)}
        assert lines["cancelled"]["status"] == "sent"
        published = lines["published"]
        assert published["reason"] == "alert-cancelled" or published["ended_at"] < lines["cancelled"]["ended_at"]


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "http://127.1/", "https://kafka/", "http://[::ffff:7f00:1]/"])
async def test_an_address_inside_cannot_be_subscribed(desks: dict[str, httpx.AsyncClient], url: str) -> None:
    answer = await desks["ky-su-cdc"].post("/api/v1/subscriptions", json={"label": "x", "url": url})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "url"


async def test_another_agency_s_subscription_is_an_unknown_one(desks: dict[str, httpx.AsyncClient]) -> None:
    async with receiving() as receiver:
        made = await subscribe(desks["ky-su-cdc"], receiver.url)
        stranger = desks["ky-su-cong-an"]
        address = f"/api/v1/subscriptions/{made['id']}"
        unknown = (await stranger.get("/api/v1/subscriptions/nothing")).json()
        tries = [stranger.get(address), stranger.delete(address), stranger.post(f"{address}:ping")]
        for answer in await asyncio.gather(*tries):
            assert (answer.status_code, answer.json()["type"]) == (404, unknown["type"])
        assert all(each["id"] != made["id"] for each in (await stranger.get("/api/v1/subscriptions")).json())


async def test_the_secret_is_told_once_pinged_with_and_kept_sealed(
    notifications: Notifications, desks: dict[str, httpx.AsyncClient]
) -> None:
    async with receiving() as receiver:
        made = await subscribe(desks["ky-su-cdc"], receiver.url)
        ping = await desks["ky-su-cdc"].post(f"/api/v1/subscriptions/{made['id']}:ping")
        assert ping.json()["ok"]
        (message,) = receiver.verified(made["secret"])
        assert (message["type"], message["data"]) == ("notifications.ping", {})
        shown = (await desks["ky-su-cdc"].get(f"/api/v1/subscriptions/{made['id']}")).text
        kept = str(await notifications.database["subscriptions"].find_one({"_id": made["id"]}))
        for text in (shown, kept, (await desks["ky-su-cdc"].get("/subscriptions")).text):
            assert made["secret"] not in text


async def test_a_killed_process_leaves_no_message_unsent_and_none_unknown(environment: dict[str, str]) -> None:
    settings = settings_from(environment)
    database = database_of(connect(settings), "notifications", settings)
    async with receiving() as receiver:
        async with running(environment, failpoints="claimed_job=kill:1") as (process, origin):
            await seat_everybody(database)
            clients = [signed_in(settings, name, origin) for name in ("ky-su-cdc", "bao-chi", "ban-chi-dao")]
            await subscribe(clients[0], receiver.url)
            alert_id = await publish(clients[1], clients[2])
            await eventually(lambda: process.poll() is not None)
            assert process.returncode == -signal.SIGKILL
            assert receiver.calls == []
        async with running(environment) as (_, origin):
            committee = signed_in(settings, "ban-chi-dao", origin)
            (line,) = await settled(committee, alert_id)
    assert line["status"] == "sent"
    assert [each["outcome"] for each in line["attempts"]] == ["under-way", "http-204"]
    assert receiver.ids == [line["id"]]


async def test_a_kill_after_the_call_repeats_the_message_under_the_same_id(environment: dict[str, str]) -> None:
    settings = settings_from(environment)
    database = database_of(connect(settings), "notifications", settings)
    async with receiving() as receiver:
        async with running(environment, failpoints="called=kill:1") as (process, origin):
            await seat_everybody(database)
            clients = [signed_in(settings, name, origin) for name in ("ky-su-cdc", "bao-chi", "ban-chi-dao")]
            await subscribe(clients[0], receiver.url)
            alert_id = await publish(clients[1], clients[2])
            await eventually(lambda: process.poll() is not None)
            assert len(receiver.calls) == 1
        async with running(environment) as (_, origin):
            (line,) = await settled(signed_in(settings, "ban-chi-dao", origin), alert_id)
    assert line["status"] == "sent"
    assert receiver.ids == [line["id"]] * 2  # the receiver knows it by its id


@asynccontextmanager
async def running(
    environment: dict[str, str], failpoints: str = ""
) -> AsyncIterator[tuple[subprocess.Popen[bytes], str]]:
    """The service as a process of its own."""
    port = free_port()
    origin = f"http://localhost:{port}"
    variables = environment | {"HAIVAN_PORT": str(port), "HAIVAN_FAILPOINTS": failpoints, "HAIVAN_LOG_LEVEL": "error"}
    command = [sys.executable, "-m", "tests.integration.services.notifications.quick_service"]
    process = subprocess.Popen(command, env=os.environ | variables)  # noqa: ASYNC220 - returns at once
    try:
        async with httpx.AsyncClient() as client:
            await eventually(lambda: _ready(client, origin))
        yield process, origin
    finally:
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


async def _ready(client: httpx.AsyncClient, origin: str) -> bool:
    try:
        answer = await client.get(f"{origin}/readyz")
    except httpx.TransportError:
        return False
    return answer.status_code == 200 and "kafka-consumers" not in answer.json()["degraded"]


async def say_again(settings: Settings, topic: str) -> None:
    """Put every record of a topic on it once more, as a producer does that was paused and wakes late."""
    for record in await everything_on(settings, topic):
        async with AIOKafkaProducer(bootstrap_servers=settings.kafka_bootstrap_servers) as producer:
            await producer.send_and_wait(
                settings.topic_prefix + topic, record.value, key=record.key, headers=list(record.headers)
            )


async def everything_on(settings: Settings, topic: str) -> Sequence[Any]:
    consumer = AIOKafkaConsumer(
        settings.topic_prefix + topic,
        bootstrap_servers=settings.kafka_bootstrap_servers,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    try:
        ends = await consumer.end_offsets(consumer.assignment())
        found: list[Any] = []
        while any([await consumer.position(place) < end for place, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=1_000)).values():
                found += records
        return found
    finally:
        await consumer.stop()
