"""What agencies do with their tasks: officers over HTTP, the CDC with software of its own on Kafka."""

import asyncio
import contextlib
import time
from types import TracebackType
from typing import Any, Self

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from deploy.demo.actions import Action, AgencyAnswer
from deploy.demo.doors import Answered, Doors
from deploy.demo.ledger import Ledger
from deploy.demo.listener import Listener
from deploy.demo.staff import OFFICERS, Staff

_NO_WORDS = "acknowledge"
"""The one step that says nothing but itself."""
_PATIENCE_SECONDS = 150.0
"""Longer than a broker that was killed needs to come back on a busy machine."""
_PAUSE_SECONDS = 0.5
_LEAVE_SECONDS = 5.0
"""For the producer, whose `stop` waits for ever while the broker is away."""


class AgencyDesks:
    """Plays the agencies' answers. Used inside `async with`, for its producer."""

    def __init__(self, doors: Doors, staff: Staff, ledger: Ledger, listener: Listener, bootstrap: str) -> None:
        self._doors = doors
        self._staff = staff
        self._ledger = ledger
        self._listener = listener
        self._bootstrap = bootstrap
        self._producer: AIOKafkaProducer | None = None

    async def __aenter__(self) -> Self:
        self._producer = AIOKafkaProducer(bootstrap_servers=self._bootstrap, acks="all", enable_idempotence=True)
        await self._producer.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._producer is not None:
            with contextlib.suppress(KafkaError, TimeoutError):
                async with asyncio.timeout(_LEAVE_SECONDS):
                    await self._producer.stop()

    async def answer(self, action: Action, answer: AgencyAnswer) -> None:
        """Take one step on the agency's task, once there is one."""
        task = await self._listener.task_of(answer.report, answer.agency)
        if task is None:
            return  # triage read the report otherwise; the score says so
        if answer.through == "kafka":
            await self.send(action.key, answer.agency, answer.step, task, answer.words)
            self._ledger.updates[action.key] = answer.agency
            return
        answered = await self.step(action.key, answer.agency, answer.step, task, answer.words)
        if answered.is_yes:
            self._ledger.steps[action.key] = answer.agency
        else:
            self._ledger.surprised(action, answer.step, answered)

    async def step(self, key: str, agency: str, step: str, task: str, words: str) -> Answered:
        """What an officer's inbox sends."""
        officer = await self._staff.caller(OFFICERS[agency])
        body = None if step == _NO_WORDS else {"text": words}
        return await self._doors.post("routing", f"/api/v1/tasks/{task}:{step}", body, officer, key=key)

    async def send(self, key: str, agency: str, step: str, task: str, words: str) -> None:
        """What the agency's software sends, as `docs/samples/cdc.py` does."""
        data: dict[str, Any] = {"task_id": task} | ({} if step == _NO_WORDS else {"text": words})
        headers = {
            "ce_specversion": "1.0",
            "ce_id": key,
            "ce_type": f"agencies.updates.{step}",
            "ce_source": f"/agencies/{agency}/demo",
            "content-type": "application/json",
        }
        await self._send_patiently(
            f"agencies.{agency}.updates.v1",
            msgspec.json.encode(data),
            key=task.encode(),
            headers=[(name, value.encode()) for name, value in headers.items()],
        )

    async def _send_patiently(self, topic: str, value: bytes, **words: Any) -> None:
        """Again while the broker is away, under the same id, as at the doors."""
        assert self._producer is not None, "AgencyDesks are used inside `async with`"  # noqa: S101 - a mistake of ours
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                await self._producer.send_and_wait(topic, value, **words)
            except KafkaError:
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                return
