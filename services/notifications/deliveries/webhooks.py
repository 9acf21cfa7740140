"""One signed call to one subscriber (Standard Webhooks)."""

from collections.abc import Mapping
from datetime import datetime

from standardwebhooks import Webhook

from services.notifications.deliveries.messages import MEDIA_TYPE
from services.notifications.subscriptions.domain import Subscription
from shared.clock import Clock
from shared.errors import NotFound, Unprocessable
from shared.identity.vault import Vault
from shared.outbound import Outbound, Outcome, Reach, read_destination


class Webhooks:
    """Signs and calls.

    Args:
        outbound: the client for addresses that others chose.
        vault: opens the subscribers' secrets.
        reach: how far calls may go; checked here again, whatever registration let through.
    """

    def __init__(self, outbound: Outbound, vault: Vault, reach: Reach, clock: Clock) -> None:
        self._outbound = outbound
        self._vault = vault
        self._reach = reach
        self._clock = clock

    async def send(self, subscription_id: str, subscription: Subscription, message_id: str, body: bytes) -> Outcome:
        """Make one call; the outcome says what came of it, refusals of our own among them."""
        try:
            destination = read_destination(subscription.url, self._reach)
            opened = await self._vault.open(subscription_id, subscription.sealed)
        except Unprocessable:
            return Outcome(None, "not-allowed")
        except NotFound:
            return Outcome(None, "secret-erased")
        return await self._outbound.post(destination, body, signed(opened["secret"], message_id, self._clock(), body))


def signed(secret: str, message_id: str, at: datetime, body: bytes) -> Mapping[str, str]:
    """The headers of a message: its id, the moment (UTC) and the signature over both and the body."""
    return {
        "content-type": MEDIA_TYPE,
        "user-agent": "hai-van/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, at, body.decode()),
    }
