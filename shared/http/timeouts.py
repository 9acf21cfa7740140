"""A deadline for the beginning of every answer; a stream may go on for as long as it is read."""

import asyncio
from http import HTTPStatus
from typing import ClassVar

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import Refusal, Text, Unavailable

ANSWER_SECONDS = 15.0


class SlowRequest(Refusal):
    """The body didn't arrive in time."""

    status: ClassVar[HTTPStatus] = HTTPStatus.REQUEST_TIMEOUT

    def __init__(self) -> None:
        super().__init__(
            "request-timeout",
            Text("Nội dung đến quá chậm; hãy gửi lại.", "The body came too slowly; send it again."),
            headers={"Connection": "close"},
        )


class AnswerDeadline:
    """ASGI middleware: an answer that hasn't begun after `seconds` is given up, its handler cancelled."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds) as deadline:

                async def send_in_time(message: Message) -> None:
                    if message["type"] == "http.response.start":
                        deadline.reschedule(None)
                    await send(message)

                await self._app(scope, receive, send_in_time)
        except TimeoutError:
            if not deadline.expired():
                raise
            raise _too_slow() from None


def _too_slow() -> Unavailable:
    return Unavailable(
        "too-slow",
        Text(
            "Hệ thống đang quá tải; hãy gửi lại cùng Idempotency-Key.",
            "The system is overloaded; send again with the same Idempotency-Key.",
        ),
        headers={"Retry-After": "5"},
    )
