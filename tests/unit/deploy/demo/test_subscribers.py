"""A subscriber believes a signature, and does each thing once."""

from datetime import UTC, datetime

from standardwebhooks import Webhook

from deploy.demo.subscribers import Subscriber

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - the example of Standard Webhooks
BODY = '{"test": 2432232314}'


def signed(body: str = BODY, message: str = "m1") -> dict[str, str]:
    at = datetime.now(UTC)
    return {
        "webhook-id": message,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(SECRET).sign(message, at, body),
    }


def subscriber() -> Subscriber:
    return Subscriber("s1", "account", SECRET)


def test_a_message_has_its_effect_once_however_often_it_comes() -> None:
    receiver = subscriber()
    assert [receiver.receive(signed(), BODY) for _ in range(3)] == [204, 204, 204]
    assert (receiver.effects["m1"], receiver.arrivals) == (1, 3)


def test_a_message_that_somebody_else_signed_has_none() -> None:
    receiver = subscriber()
    assert receiver.receive(signed(), '{"test": 1}') == 401
    assert (len(receiver.effects), receiver.forged) == (0, 1)
