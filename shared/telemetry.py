"""Metrics that the mechanism and the HTTP door keep, and the trace a request or an event belongs to (W3C).

Labels hold names from the code (topics, groups, route templates), never what a client sent: a label value of a
client's making would be both a leak and a leaking memory.
"""

import re
import secrets
from contextvars import ContextVar

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Gauge, Histogram, generate_latest

EVENTS_PUBLISHED = Counter("events_published_total", "Events the broker confirmed.", ["topic", "type"])
EVENTS_CONSUMED = Counter("events_consumed_total", "Records handled, by outcome.", ["group", "type", "outcome"])
DEAD_LETTERS = Counter("dead_letters_total", "Records parked.", ["group", "reason_kind"])
CONSUMER_LAG = Gauge("consumer_lag", "Records not yet committed.", ["group", "topic", "partition"])
CONSUMER_PAUSED = Gauge("consumer_paused", "1 while a partition is paused.", ["group", "topic", "partition"])
BATCH_SECONDS = Histogram(
    "consumer_batch_seconds",
    "From a batch's first record to its commit.",
    ["group"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15),
)

OUTBOX_PENDING = Gauge("outbox_pending", "Documents with events that the broker hasn't confirmed.", ["service"])
OUTBOX_OLDEST = Gauge("outbox_oldest_seconds", "Age of the oldest of them; 0 when there is none.", ["service"])
OUTBOX_UNPUBLISHABLE = Gauge("outbox_unpublishable", "Documents whose event the broker refused twice.", ["service"])
RELAY_PUBLISHED = Counter("relay_published_total", "Events the relay sent because their writer hadn't.", ["service"])
RELAY_LEADER = Gauge("relay_leader", "1 in the process that holds the relay's lease.", ["service"])

JOBS_CLAIMED = Counter("jobs_claimed_total", "Effects outside claimed under a lease.", ["kind"])
JOBS_FINISHED = Counter("jobs_finished_total", "Attempts, by outcome.", ["kind", "outcome"])
JOBS_WAITING = Gauge("jobs_waiting", "Effects that are due and unclaimed.", ["kind"])
JOBS_SECONDS = Histogram("jobs_seconds", "Duration of an attempt.", ["kind"])

HTTP_REQUESTS = Counter("http_requests_total", "Requests answered.", ["service", "method", "route", "status"])
HTTP_SECONDS = Histogram(
    "http_request_seconds",
    "From the request's first byte to the answer's last (streams: to its first).",
    ["service", "method", "route"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10),
)
HTTP_IN_PROGRESS = Gauge("http_requests_in_progress", "Requests being answered, streams included.", ["service"])
HTTP_PROBLEMS = Counter("http_problems_total", "Problem answers, by slug.", ["service", "slug"])
RATE_LIMITED = Counter("rate_limited_total", "Requests refused by a rate limit.", ["limit"])
RATE_LIMIT_OPEN = Counter("rate_limit_failed_open_total", "Let through since the counter was away.", ["limit"])

current_traceparent: ContextVar[str | None] = ContextVar("current_traceparent", default=None)
"""`traceparent` of the request or event being handled; events published meanwhile carry it on."""

current_request_id: ContextVar[str | None] = ContextVar("current_request_id", default=None)

_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})")


def new_traceparent() -> str:
    """A `traceparent` that begins a trace (version 00, sampled)."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def child_traceparent(received: str | None) -> str:
    """The next span of the trace in `received`; a new trace where that is missing or malformed."""
    known = _TRACEPARENT.fullmatch(received or "")
    if known is None:
        return new_traceparent()
    trace, _, flags = known.groups()
    return f"00-{trace}-{secrets.token_hex(8)}-{flags}"


def trace_id(traceparent: str) -> str:
    """The 32 hexadecimal digits that all spans of one trace share."""
    return traceparent.split("-")[1]


def exposition() -> tuple[bytes, str]:
    """All metrics in Prometheus' text format, with its media type."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
