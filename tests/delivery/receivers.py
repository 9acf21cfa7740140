"""Subscribers of alerts that count what each message did: the receivers of the oracle.

A message may arrive twice under one `webhook-id`; it has its effect once. Under two ids it has two effects, which is
what the oracle looks for.
"""

import json
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError

from deploy.demo.doors import Doors
from deploy.demo.staff import ENGINEER, Staff
from shared.ids import derived_id

Message = tuple[str, str, str]
"""Subscriber, type, alert."""


@dataclass(slots=True)
class Receivers:
    """All receivers of one run.

    Attributes:
        effects: the ids under which each message had an effect.
        arrivals: calls whose signature fits, repeats included.
        forged: calls whose signature does not fit.
        chance: some calls are refused, and some have their effect but no answer.
    """

    chance: Random
    secrets: dict[str, str] = field(default_factory=dict)
    effects: defaultdict[Message, set[str]] = field(default_factory=lambda: defaultdict(set))
    arrivals: int = 0
    forged: int = 0

    async def receive(self, request: web.Request) -> web.Response:
        subscriber = request.match_info["subscriber"]
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = await request.text()
        try:
            Webhook(self.secrets[subscriber]).verify(body, headers)
        except WebhookVerificationError:
            self.forged += 1
            return web.Response(status=401)
        self.arrivals += 1
        if self.chance.random() < 0.05:
            return web.Response(status=503)
        told = json.loads(body)
        self.effects[subscriber, told["type"], told["subject"]].add(headers["webhook-id"])
        if self.chance.random() < 0.05 and request.transport is not None:
            request.transport.close()  # it has acted, and the caller will never know
        return web.Response(status=204)


@asynccontextmanager
async def receiving(seed: int, doors: Doors, staff: Staff, count: int = 3) -> AsyncIterator[Receivers]:
    """So many subscribers on loopback, each subscribed to everything."""
    receivers = Receivers(Random(f"{seed}/receivers"))
    application = web.Application()
    application.router.add_post("/{subscriber}", receivers.receive)
    runner = web.AppRunner(application, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        engineer = await staff.caller(ENGINEER)
        for number in range(count):
            subscriber = derived_id(f"delivery/{seed}", f"subscriber/{number}")
            body = {"label": f"Loa {number}", "url": f"http://127.0.0.1:{port}/{subscriber}"}
            made = await doors.post("notifications", "/api/v1/subscriptions", body, engineer, key=subscriber)
            assert made.is_yes, made
            receivers.secrets[subscriber] = made.body["secret"]
        yield receivers
    finally:
        await runner.cleanup()
