"""Posts JSON bodies at a steady rate, however slow the answers are, and says how long each took.

    http_load.py URL RATE SECONDS BODIES [HEADERS] [--topics BOOTSTRAP TOPIC...]

A request's time counts from the moment when it was due, so that a server that stalls is not asked less and measured
kinder. With `--topics` it also reads those topics and says when each accepted report was there. Prints one JSON object.
It parses no more of an answer than it needs: the machine's two cores belong to what is measured.
"""

import asyncio
import json
import sys
import threading
import time
import uuid
from collections import Counter, deque
from pathlib import Path
from urllib.parse import urlsplit

import uvloop

WARM_SECONDS = 2.0
CONNECTIONS = 64


class Connection(asyncio.Protocol):
    """One keep-alive connection that carries one request at a time."""

    def __init__(self, load):
        self._load = load
        self._transport = None
        self._buffer = b""
        self._asked = None

    def connection_made(self, transport):
        self._transport = transport
        self._load.free(self)

    def ask(self, request_id, due, request):
        self._asked = (request_id, due)
        self._transport.write(request)

    def data_received(self, data):
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        self._buffer = b""
        request_id, due = self._asked
        self._load.answered(request_id, due, int(head[9:12]))
        self._load.free(self)

    def connection_lost(self, error):
        self._load.lost(self)


class Load:
    """Sends at a rate; keeps what became of each request."""

    def __init__(self, url, rate, seconds, bodies, headers):
        self._url = urlsplit(url)
        self._rate, self._seconds, self._bodies = rate, seconds, bodies
        self._idle, self._due = deque(), deque()
        self._head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.statuses, self.taken, self.accepted = Counter(), [], {}
        self._sent_until = 0.0

    async def run(self):
        loop = asyncio.get_running_loop()
        for _ in range(CONNECTIONS):
            await loop.create_connection(lambda: Connection(self), self._url.hostname, self._url.port)
        began, count = time.perf_counter(), int(self._rate * (self._seconds + WARM_SECONDS))
        self._warm_until = began + WARM_SECONDS
        for number in range(count):
            due = began + number / self._rate
            while (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            self._due.append((number, due))
            self._send_what_can_be()
        for _ in range(1000):
            if sum(self.statuses.values()) >= count:
                break
            await asyncio.sleep(0.01)

    def free(self, connection):
        self._idle.append(connection)
        self._send_what_can_be()

    def lost(self, connection):
        self.statuses["lost"] += 1
        if connection in self._idle:
            self._idle.remove(connection)

    def answered(self, request_id, due, status):
        now = time.perf_counter()
        self.statuses[status] += 1
        if due >= self._warm_until:
            self.taken.append((now - due) * 1000)
            if status < 300:
                self.accepted[request_id] = (due, now)

    def _send_what_can_be(self):
        while self._idle and self._due:
            number, due = self._due.popleft()
            request_id = str(uuid.uuid4())
            self._idle.popleft().ask(request_id, due, self._request(number, request_id))

    def _request(self, number, request_id):
        body = self._bodies[number % len(self._bodies)]
        head = (
            f"POST {self._url.path} HTTP/1.1\r\nHost: {self._url.netloc}\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: {request_id}\r\n{self._head}Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


class TopicReader(threading.Thread):
    """When each report's first task stood on its agency's topic (the task names the report as its origin)."""

    def __init__(self, bootstrap, topics):
        super().__init__(daemon=True)
        from confluent_kafka import Consumer, TopicPartition

        self.seen, self._ends = {}, False
        self._consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": str(uuid.uuid4()),
                "fetch.wait.max.ms": 5,
                "fetch.min.bytes": 1,
            }
        )
        self._consumer.assign([TopicPartition(topic, 0, -1) for topic in topics])

    def run(self):
        while not self._ends:
            for message in self._consumer.consume(500, timeout=0.01):
                now = time.perf_counter()
                if message.error() is None:
                    origin = dict(message.headers())["ce_correlationid"].decode()
                    self.seen.setdefault(origin, now)
        self._consumer.close()

    def stop(self):
        self._ends = True
        self.join()


def _length(head):
    for line in head.split(b"\r\n"):
        if line[:15].lower() == b"content-length:":
            return int(line[15:])
    return 0


def percentiles(values):
    ordered = sorted(values)
    if not ordered:
        return {}
    at = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {name: ordered[min(len(ordered) - 1, int(share * len(ordered)))] for name, share in at.items()}


def main():
    arguments, _, topics = _split(sys.argv[1:])
    url, rate, seconds, bodies = arguments[:4]
    headers = json.loads(arguments[4]) if len(arguments) > 4 else {}
    lines = Path(bodies).read_bytes().splitlines()
    load = Load(url, float(rate), float(seconds), lines, headers)
    reader = TopicReader(topics[0], topics[1:]) if topics else None
    if reader:
        reader.start()
        time.sleep(1)
    before = time.process_time()
    uvloop.run(load.run())
    answer = {"statuses": load.statuses, "answer": percentiles(load.taken), "cpu": time.process_time() - before}
    if reader:
        deadline = time.perf_counter() + 30
        while len(load.accepted.keys() - reader.seen.keys()) and time.perf_counter() < deadline:
            time.sleep(0.05)
        reader.stop()
        pairs = [(times, reader.seen[each]) for each, times in load.accepted.items() if each in reader.seen]
        answer["missing"] = len(load.accepted) - len(pairs)
        answer["from_accepted"] = percentiles([(seen - times[1]) * 1000 for times, seen in pairs])
        answer["from_sending"] = percentiles([(seen - times[0]) * 1000 for times, seen in pairs])
    print(json.dumps(answer))


def _split(words):
    if "--topics" not in words:
        return words, None, []
    at = words.index("--topics")
    return words[:at], None, words[at + 1 :]


if __name__ == "__main__":
    main()
