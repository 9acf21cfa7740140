import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response

from shared.web.stream import EventStream, Message, StreamHandover, last_event_id
from tests.eventually import PATIENCE, eventually
from tests.unit.shared.web.asgi import Connection, messages
from tests.unit.shared.web.builders import a_request


class Endless:
    """A source that yields what it is given and waits for more; knows whether it was closed."""

    def __init__(self) -> None:
        self.more: asyncio.Queue[Message] = asyncio.Queue()
        self.is_closed = False

    async def run(self) -> AsyncIterator[Message]:
        try:
            while True:
                yield await self.more.get()
        finally:
            self.is_closed = True


def test_a_message_is_written_as_the_standard_says() -> None:
    assert Message(data="một\r\nhai\rba", event="alert", id="7").frame().decode() == (
        "id: 7\nevent: alert\ndata: một\ndata: hai\ndata: ba\n\n"
    )
    assert Message(data="").frame() == b"data: \n\n"


@pytest.mark.parametrize("given", [{"event": "a\nb"}, {"id": "1\rdata: x"}, {"id": "\0"}])
def test_an_event_or_id_of_two_lines_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="one line"):
        Message(data="x", **given)


def test_what_a_page_heard_last_comes_from_the_browser_or_the_address() -> None:
    assert last_event_id(a_request(last_event_id="4")) == "4"
    assert last_event_id(a_request(query="after=5")) == "5"
    assert last_event_id(a_request()) is None


async def test_messages_and_ready_frames_are_sent_in_order_and_the_end_is_the_end() -> None:
    client, streams = Connection(), EventStream(retry=2500)
    await client.open(streams.stream(a_request(), messages(Message(data="a"), b"data: b\n\n")))
    assert client.text == "retry: 2500\n\ndata: a\n\ndata: b\n\n"
    assert client.is_complete
    assert len(streams) == 0


async def test_no_cache_and_no_proxy_holds_a_stream_back() -> None:
    client = Connection()
    await client.open(EventStream().stream(a_request(), messages()))
    headers = dict(client.started["headers"])
    assert headers[b"content-type"] == b"text/event-stream; charset=utf-8"
    assert headers[b"cache-control"] == b"no-store"
    assert headers[b"x-accel-buffering"] == b"no"


async def test_a_silent_stream_still_beats_for_proxies_and_for_the_page() -> None:
    client, source = Connection(), Endless()
    task = client.open(EventStream(heartbeat=0.01).stream(a_request(), source.run()))
    await client.heard(": beat\nevent: beat\ndata: ")
    client.leave()
    await task


async def test_a_client_that_leaves_ends_its_source() -> None:
    client, source, streams = Connection(), Endless(), EventStream()
    task = client.open(streams.stream(a_request(), source.run()))
    source.more.put_nowait(Message(data="a"))
    await client.heard("data: a")
    client.leave()
    await task
    assert source.is_closed
    assert len(streams) == 0


async def test_closing_ends_every_open_stream_and_refuses_new_ones() -> None:
    streams, sources, clients = EventStream(), [Endless(), Endless()], [Connection(), Connection()]
    opened = zip(clients, sources, strict=True)
    tasks = [client.open(streams.stream(a_request(), source.run())) for client, source in opened]
    await eventually(lambda: len(streams) == 2)
    streams.close()
    await asyncio.gather(*tasks)
    late = Connection()
    await late.open(streams.stream(a_request(), Endless().run()))
    assert all(client.is_complete for client in (*clients, late))
    assert all(source.is_closed for source in sources)


async def test_a_client_that_stops_reading_is_let_go() -> None:
    client, source, streams = Connection(), Endless(), EventStream(heartbeat=0.01)
    task = client.open(streams.stream(a_request(), source.run()))
    await client.heard("retry")
    client.stop_reading()
    source.more.put_nowait(Message(data="a"))
    await asyncio.wait_for(task, PATIENCE)
    assert source.is_closed
    assert not client.is_complete


async def test_a_source_that_fails_ends_its_own_stream_with_its_error() -> None:
    async def failing() -> AsyncIterator[Message]:
        yield Message(data="a")
        raise LookupError("gone")

    client, streams = Connection(), EventStream()
    with pytest.raises(LookupError):
        await client.open(streams.stream(a_request(), failing()))
    assert len(streams) == 0


async def test_a_stream_cancelled_by_the_server_stays_cancelled() -> None:
    client, source, streams = Connection(), Endless(), EventStream()
    task = client.open(streams.stream(a_request(), source.run()))
    await client.heard("retry")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert source.is_closed


async def test_a_stream_goes_on_after_everything_that_began_it_has_returned() -> None:
    client, source, streams = Connection(), Endless(), EventStream()
    returned = asyncio.Event()
    response = streams.stream(a_request(), source.run())

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await GZipMiddleware(response)(scope, receive, send)
        returned.set()

    task = client.open(StreamHandover(application))
    await asyncio.wait_for(returned.wait(), PATIENCE)
    source.more.put_nowait(Message(data="a"))
    await client.heard("data: a")
    client.leave()
    await task
    assert source.is_closed
    assert client.is_complete


async def test_what_is_no_stream_passes_the_handover_unchanged() -> None:
    client = Connection()
    await client.open(StreamHandover(Response("plain")))
    assert (client.text, client.is_complete) == ("plain", True)
