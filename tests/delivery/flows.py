"""What people do while processes die: report, call, pass a post, publish an alert.

Each step goes under an id of its own and is sent again until it is answered, as phones and consoles do. What the n-th
of a kind says follows from the seed.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random
from typing import Any

from deploy.demo.doors import Answered, Caller, Doors
from deploy.demo.staff import CALL_TAKER, COMMITTEE, POST_OFFICER, PRESS, Staff
from shared.clock import now
from shared.ids import derived_id
from shared.settings import ServiceName
from tests.delivery.ledger import Ledger

Flow = Callable[[int], Awaitable[None]]

_WORDS = (
    ("suspected_infection", "Tôi sốt và ho hai ngày nay"),
    ("medical_support", "Mẹ tôi khó thở, môi tím"),
    ("violation", "Có người trốn cách ly ở đường Nguyễn Huệ"),
    ("question", "Tiêm vắc xin ở đâu vậy ạ"),
    ("question", "Xin hỏi về Huế có phải cách ly không"),
)
_GIVES_UP_AFTER = 30
_SENT_TWICE = 0.1
"""How often a phone that has its answer sends the same again: it must hear the same."""


class Flows:
    """Each public coroutine is one flow; it takes the number of the action within its kind."""

    def __init__(self, seed: int, doors: Doors, staff: Staff, ledger: Ledger) -> None:
        self._seed = seed
        self._doors = doors
        self._staff = staff
        self._ledger = ledger

    async def report(self, number: int) -> None:
        """A citizen reports; some say more afterwards, a few take it back."""
        chance, report_id = self._chance("reports", number), self._id("reports", number)
        kind, words = chance.choice(_WORDS)
        citizen, body = Caller.of(report_id), {"kind": kind, "words": words, "synthetic": True}
        accepted = await self._create("reports", "intake", "/api/v1/reports", body, citizen, report_id)
        if accepted is None:
            return
        await self._send_again(chance, "intake", "/api/v1/reports", body, citizen, report_id, accepted)
        tracking = f"/api/v1/tracking/{accepted.body['tracking_code']}"
        if chance.random() < 0.2:
            addition = self._id("additions", number)
            await self._create("additions", "intake", f"{tracking}:answer", {"text": words}, citizen, addition)
        elif chance.random() < 0.05:
            withdrawal = self._id("withdrawals", number)
            await self._create("withdrawals", "intake", f"{tracking}:withdraw", None, citizen, withdrawal)

    async def call(self, number: int) -> None:
        """The hotline rings; somebody answers, writes down what is said, and records the call."""
        chance, call_id = self._chance("calls", number), self._id("calls", number)
        taker, path = await self._staff.caller(CALL_TAKER), f"/api/v1/calls/{call_id}"
        phone = {"phone": f"0905{chance.randrange(10**6):06d}"}
        if await self._create("calls", "intake", "/api/v1/calls", phone, taker, call_id) is None:
            return
        await self._step("intake", f"{path}:answer", None, taker, derived_id(call_id, "answer"))
        kind, words = chance.choice(_WORDS)
        report = {"kind": kind, "words": words, "synthetic": True}
        report_id = derived_id(call_id, "report")
        await self._create("reports", "intake", f"{path}/report", report, taker, report_id)
        ended = self._id("ended", number)
        self._ledger.tried["ended calls"].add(call_id)
        if await self._step("intake", f"{path}:end", {"outcome": "counselling"}, taker, ended):
            self._ledger.told["ended calls"].add(call_id)

    async def passing(self, number: int) -> None:
        """An officer records a vehicle; some come from an epidemic area, some show a permit that is none."""
        chance, pass_id = self._chance("passes", number), self._id("passes", number)
        body: dict[str, Any] = {
            "post": "hai-van",
            "direction": chance.choice(("enter", "leave")),
            "plate": f"75A-{chance.randrange(10**5):05d}",
            "synthetic": True,
        }
        if chance.random() < 0.3:
            body["travellers"] = [{"coming_from": "Bình Dương"}]
        if chance.random() < 0.3:
            body["permit_code"] = "ABCD-EFGH-JKMN"
        officer = await self._staff.caller(POST_OFFICER)
        told = await self._create("passes", "checkpoints", "/api/v1/passes", body, officer, pass_id)
        if told is not None:
            await self._send_again(chance, "checkpoints", "/api/v1/passes", body, officer, pass_id, told)

    async def alert(self, number: int) -> None:
        """The press officer drafts, the committee publishes; some are taken back, also while they go out."""
        chance, alert_id = self._chance("alerts", number), self._id("alerts", number)
        press, committee = await self._staff.caller(PRESS), await self._staff.caller(COMMITTEE)
        body = {
            "headline_vi": f"Thử nghiệm {number}",
            "text_vi": "Đây là một thông báo thử.",
            "severity": chance.choice(("minor", "moderate", "severe")),
            "expires_at": (now() + timedelta(days=1)).isoformat(timespec="milliseconds"),
            "synthetic": True,
        }
        path = f"/api/v1/alerts/{alert_id}"
        if await self._create("drafts", "notifications", "/api/v1/alerts", body, press, alert_id) is None:
            return
        self._ledger.tried["alerts"].add(alert_id)
        if await self._step("notifications", f"{path}:publish", None, committee, derived_id(alert_id, "publish")):
            self._ledger.told["alerts"].add(alert_id)
        if chance.random() < 0.3:
            self._ledger.tried["cancelled alerts"].add(alert_id)
            reason = {"reason_vi": "Không còn cần thiết."}
            if await self._step("notifications", f"{path}:cancel", reason, press, derived_id(alert_id, "cancel")):
                self._ledger.told["cancelled alerts"].add(alert_id)

    async def _create(
        self, kind: str, service: ServiceName, path: str, body: Any, caller: Caller, record_id: str
    ) -> Answered | None:
        """Send a record until it is answered; None when the answer was no."""
        self._ledger.tried[kind].add(record_id)
        answered = await self._step(service, path, body, caller, record_id)
        if answered is not None:
            self._ledger.told[kind].add(record_id)
        return answered

    async def _step(self, service: ServiceName, path: str, body: Any, caller: Caller, key: str) -> Answered | None:
        for _ in range(_GIVES_UP_AFTER):
            answered = await self._doors.post(service, path, body, caller, key=key)
            if answered.is_yes:
                return answered
            if answered.status:
                break  # else nobody has answered for two minutes: its service dies too often, and lives again
        self._ledger.surprised(path, answered)
        return None

    async def _send_again(
        self, chance: Random, service: ServiceName, path: str, body: Any, caller: Caller, key: str, first: Answered
    ) -> None:
        if chance.random() < _SENT_TWICE:
            again = await self._step(service, path, body, caller, key)
            if again is not None and again.body != first.body:
                self._ledger.unlike.append(f"{path} {key}")

    def _chance(self, kind: str, number: int) -> Random:
        return Random(f"{self._seed}/{kind}/{number}")

    def _id(self, kind: str, number: int) -> str:
        return derived_id(f"delivery/{self._seed}", f"{kind}/{number}")
