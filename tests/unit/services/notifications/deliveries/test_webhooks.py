import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from services.notifications.deliveries.domain import What
from services.notifications.deliveries.messages import alert_message, ping_message
from services.notifications.deliveries.webhooks import Webhooks, signed
from shared.clock import now
from shared.outbound import Destination, Outcome, Reach
from tests.unit.services.notifications.builders import (
    ALERT,
    NOON,
    SECRET,
    a_cancelled_alert,
    a_published_alert,
    a_subscription,
)
from tests.unit.shared.outbound.spellings import PRIVATE_HOSTS

BODY = b'{"test": 2432232314}'


class Line:
    """Stands for the outbound client: remembers whom it was asked to call."""

    def __init__(self) -> None:
        self.called: list[str] = []

    async def post(self, destination: Destination, *_: object) -> Outcome:
        self.called.append(destination.url)
        return Outcome(204)


class OpenVault:
    async def open(self, *_: object) -> dict[str, str]:
        return {"secret": SECRET}


def webhooks(line: Line, reach: Reach = Reach.PUBLIC) -> Webhooks:
    outbound: Any = line
    vault: Any = OpenVault()
    return Webhooks(outbound, vault, reach, now)


def test_the_signature_is_the_published_vector() -> None:
    at = datetime.fromtimestamp(1614265330, UTC)
    headers = signed(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, BODY)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"


def test_a_subscriber_s_library_accepts_it_once_and_unchanged() -> None:
    headers = dict(signed(SECRET, "d-1", now(), BODY))
    assert Webhook(SECRET).verify(BODY, headers) == {"test": 2432232314}
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(BODY + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(BODY, headers | {"webhook-id": "d-2"})
    old = dict(signed(SECRET, "d-1", now() - timedelta(minutes=6), BODY))
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(BODY, old)


@pytest.mark.parametrize("host", PRIVATE_HOSTS)
async def test_an_address_inside_is_not_called_whatever_was_registered(host: str) -> None:
    line = Line()
    subscription = a_subscription(url=f"https://{host}/hook")
    assert (await webhooks(line).send("s-1", subscription, "d-1", BODY)).reason == "not-allowed"
    assert line.called == []


async def test_a_public_address_is() -> None:
    line = Line()
    assert (await webhooks(line).send("s-1", a_subscription(), "d-1", BODY)).is_ok
    assert line.called == ["https://hooks.example.com/alerts"]


def test_the_message_says_everything_in_both_languages_and_always_in_the_same_bytes() -> None:
    body = alert_message(What.PUBLISHED, "e-1", ALERT, a_published_alert(), "https://haivan.example")
    said = json.loads(body)
    assert (said["type"], said["id"], said["subject"]) == ("notifications.alerts.published", "e-1", ALERT)
    assert said["data"]["headline"] == {"vi": "Phong tỏa tạm thời chợ Đông Ba", "en": "Đông Ba market closed for now"}
    assert said["data"]["url"] == f"https://haivan.example/alerts/{ALERT}"
    assert body == alert_message(What.PUBLISHED, "e-1", ALERT, a_published_alert(), "https://haivan.example")


def test_a_cancellation_says_why() -> None:
    said = json.loads(alert_message(What.CANCELLED, "e-2", ALERT, a_cancelled_alert(), "https://haivan.example"))
    assert said["type"] == "notifications.alerts.cancelled"
    assert said["data"]["reason"]["vi"] == "Chợ đã mở lại."


def test_a_ping_says_nothing_but_that_it_is_one() -> None:
    assert json.loads(ping_message("m-1", "s-1", NOON))["data"] == {}
