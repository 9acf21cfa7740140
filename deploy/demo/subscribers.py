"""Subscribers of alerts where the player runs: web servers that verify each message and act on it once.

A message may arrive twice; its `webhook-id` is what tells. What counts is how often it had an effect.
"""

from collections import Counter
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError

from deploy.demo.doors import Doors
from deploy.demo.patience import until
from deploy.demo.staff import ENGINEER, OPERATOR, Staff
from deploy.embedded.errors import CannotRun
from deploy.embedded.ports import LOOPBACK
from shared.ids import new_id

_LABELS = {
    "Loa phát thanh phường": ENGINEER,
    "Màn hình nhà ga": OPERATOR,
    "Ứng dụng của CDC": ENGINEER,
}
"""Who subscribes, under whose account; all of them to the whole province."""


@dataclass(slots=True)
class Subscriber:
    """One receiver. `effects` counts what it did, by message; a repeated message does nothing again."""

    id: str
    account: str
    secret: str
    effects: Counter[str] = field(default_factory=Counter)
    arrivals: int = 0
    forged: int = 0

    def receive(self, headers: dict[str, str], body: str) -> int:
        """The status to answer."""
        try:
            Webhook(self.secret).verify(body, headers)
        except WebhookVerificationError:
            self.forged += 1
            return 401
        self.arrivals += 1
        message = headers["webhook-id"]
        if message not in self.effects:
            self.effects[message] += 1
        return 204


class Subscribers:
    """All of them, on one port. Used inside `async with`; they leave at the end.

    Args:
        doors: where they subscribe.
        staff: in whose names.
        host: what the system calls this machine.
        listen: the address to bind.
    """

    def __init__(self, doors: Doors, staff: Staff, host: str = LOOPBACK, listen: str = LOOPBACK) -> None:
        self._doors = doors
        self._staff = staff
        self._host = host
        self._listen = listen
        self._all: dict[str, Subscriber] = {}
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_post("/{path}", self._receive)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._listen, 0)
        await site.start()
        _, port = self._runner.addresses[0][:2]
        for number, (label, account) in enumerate(_LABELS.items()):
            self._all[f"s{number}"] = await self._subscribe(f"http://{self._host}:{port}/s{number}", label, account)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(each.id for each in self._all.values())

    @property
    def effects(self) -> Counter[str]:
        """How often each message had an effect, at whoever it went to."""
        return sum((each.effects for each in self._all.values()), Counter())

    @property
    def forged(self) -> int:
        """Messages whose signature does not fit."""
        return sum(each.forged for each in self._all.values())

    async def have(self, count: int, within: float) -> bool:
        """Whether that many messages had their effect in time."""
        return await until(lambda: len(self.effects) >= count, within)

    async def leave(self) -> None:
        """Nothing more is to be sent here."""
        for each in self._all.values():
            caller = await self._staff.caller(each.account)
            await self._doors.delete("notifications", f"/api/v1/subscriptions/{each.id}", caller, key=new_id())

    async def _subscribe(self, url: str, label: str, account: str) -> Subscriber:
        caller = await self._staff.caller(account)
        body, key = {"label": label, "url": url}, new_id()
        answered = await self._doors.post("notifications", "/api/v1/subscriptions", body, caller, key=key)
        if not answered.is_yes:
            raise CannotRun(
                f"Nobody could subscribe to alerts ({answered.status} {answered.slug}).",
                "The log of notifications says why.",
            )
        return Subscriber(answered.body["id"], account, answered.body["secret"])

    async def _receive(self, request: web.Request) -> web.Response:
        subscriber = self._all.get(request.match_info["path"])
        if subscriber is None:
            return web.Response(status=404)
        headers = {name.lower(): value for name, value in request.headers.items()}
        return web.Response(status=subscriber.receive(headers, await request.text()))
