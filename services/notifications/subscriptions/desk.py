"""The use cases of subscriptions, the same for pages and HTTP. Each step is audited."""

import base64
import secrets
from dataclasses import dataclass
from datetime import timedelta

from services.notifications.deliveries.messages import ping_message
from services.notifications.deliveries.webhooks import Webhooks
from services.notifications.subscriptions.commands import SubscribeWebhook
from services.notifications.subscriptions.domain import (
    Subscription,
    SubscriptionStatus,
    decide_change,
    decide_end,
)
from services.notifications.subscriptions.store import MongoSubscriptions
from shared.audit import Audit
from shared.clock import Clock
from shared.errors import FieldProblem, NotFound, Text, Unprocessable
from shared.events import Cause
from shared.http import command_digest
from shared.identity.vault import Vault
from shared.ids import new_id
from shared.outbound import Outcome, Reach, read_destination
from shared.pending import Change, Command, Versioned
from shared.profile import Profile
from shared.security import Person, Role

_SECRET_BYTES = 32
_SHOWN_AGAIN_FOR = timedelta(minutes=10)
"""A retried request gets the secret again; after that the answer was either read or is lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    """A new subscription; `secret` is shown this once and kept sealed."""

    subscription: Versioned[Subscription]
    secret: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionDesk:
    """Make, change, try out and end subscriptions."""

    subscriptions: MongoSubscriptions
    webhooks: Webhooks
    vault: Vault
    profile: Profile
    reach: Reach
    audit: Audit
    clock: Clock

    async def subscribe(self, subscription_id: str, command: SubscribeWebhook, person: Person) -> Subscribed:
        """Begin to send; the same command again gets the same answer.

        Raises:
            Unprocessable: the address may not be called, or a ward is unknown.
        """
        self._check(command)
        secret = f"whsec_{base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()}"
        sealed = await self.vault.seal(subscription_id, {"secret": secret})
        subscription = Subscription(
            label=command.label,
            url=command.url,
            wards=command.wards,
            sealed={name: bytes(value) for name, value in sealed.items()},
            made_by=person.account,
            agency=person.agency,
            made_at=self.clock(),
        )
        await self._record(person, "subscription.made", subscription_id)
        stored = await self.subscriptions.aggregates.create(
            subscription_id,
            Change(subscription),
            Cause.of_command(subscription_id),
            command=Command(id=subscription_id, digest=command_digest(command)),
        )
        return Subscribed(subscription=stored, secret=secret if stored.first else await self._again(stored, person))

    async def change(
        self, subscription_id: str, command: SubscribeWebhook, key: str, person: Person, version: int | None = None
    ) -> Versioned[Subscription]:
        """Another label, address or choice of wards."""
        self._check(command)
        await self.visible(subscription_id, person)
        await self._record(person, "subscription.changed", subscription_id)
        return await self.subscriptions.aggregates.change(
            subscription_id,
            lambda s: decide_change(s, label=command.label, url=command.url, wards=command.wards),
            Cause.of_command(key),
            command=Command(id=key, digest=command_digest(command)),
            expected_version=version,
        )

    async def leave(self, subscription_id: str, key: str, person: Person) -> Versioned[Subscription]:
        """Nothing more is sent there."""
        await self.visible(subscription_id, person)
        await self._record(person, "subscription.left", subscription_id)
        now = self.clock()
        return await self.subscriptions.aggregates.change(
            subscription_id,
            lambda s: decide_end(s, SubscriptionStatus.LEFT, now),
            Cause.of_command(key),
            command=Command(id=key),
        )

    async def ping(self, subscription_id: str, person: Person) -> Outcome:
        """Send a signed message that says nothing but that it is a trial, and tell what came of it."""
        found = await self.visible(subscription_id, person)
        await self._record(person, "subscription.pinged", subscription_id)
        message_id = new_id()
        body = ping_message(message_id, subscription_id, self.clock())
        return await self.webhooks.send(subscription_id, found.state, message_id, body)

    async def visible(self, subscription_id: str, person: Person) -> Versioned[Subscription]:
        """The subscription; another agency's is an unknown id.

        Raises:
            NotFound: there is none that this person may see.
        """
        found = await self.subscriptions.aggregates.find(subscription_id)
        if found is None or not found.state.is_visible_to(person):
            raise NotFound("not-found", _UNKNOWN)
        return found

    async def of(self, person: Person) -> list[Versioned[Subscription]]:
        """What this person may see, newest first."""
        if Role.OPERATOR in person.roles:
            return await self.subscriptions.of(agency=None, account=None)
        return await self.subscriptions.of(agency=person.agency, account=person.account)

    def _check(self, command: SubscribeWebhook) -> None:
        read_destination(command.url, self.reach)
        if unknown := set(command.wards) - {ward.id for ward in self.profile.wards}:
            problem = Text(f"Không có phường, xã “{min(unknown)}”.", f"There is no ward “{min(unknown)}”.")
            raise Unprocessable("invalid-fields", problem, fields=[FieldProblem("wards", problem)])

    async def _again(self, stored: Versioned[Subscription], person: Person) -> str | None:
        state = stored.state
        if state.made_by != person.account or self.clock() - state.made_at > _SHOWN_AGAIN_FOR:
            return None
        return (await self.vault.open(stored.id, state.sealed))["secret"]

    async def _record(self, person: Person, action: str, subscription_id: str) -> None:
        await self.audit.record(person.account, action, f"subscription/{subscription_id}")


_UNKNOWN = Text(vi="Không tìm thấy đăng ký này.", en="There is no such subscription.")
