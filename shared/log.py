"""Logs as JSON lines: one shape, at most 16 kB each, nothing personal, nothing that breaks a line.

    {"time": "2026-11-23T01:30:00.123Z", "level": "info", "service": "intake", "event": "request", "route": …}

Code logs what happened with ids and counts, never what people wrote. The scrubber at the end is the last defence.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterable, Mapping, MutableMapping
from datetime import datetime
from types import TracebackType
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from shared.clock import now
from shared.identity.masking import mask_text
from shared.telemetry import current_request_id, current_traceparent, trace_id

MAX_LINE = 16 * 1024
_MAX_TEXT = 4000
_MAX_TEXT_WHEN_CUT = 300
_MAX_ITEMS = 50
_MAX_DEPTH = 5
_MAX_FRAMES = 30
_MAX_MESSAGE = 200

# What JSON leaves as it is but terminals and log readers take for line breaks or commands; strings only hold these.
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*+'|\"(?:[^\"\\]|\\.)*+\"")
_IDENTIFIER = re.compile(r"(?:urn:uuid:)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}")
_HARMLESS = re.compile(r"[a-z_.]{1,60}")  # names of events: without digits and @ there is nothing to mask
_OURS = frozenset({"time", "level", "service", "logger", "method", "route", "trace_id", "frames", "error"})
_FIRST = ("time", "level", "service", "event")
_KEPT_WHEN_CUT = (*_FIRST, "logger", "request_id", "trace_id", "error", "frames")
# aiohttp's and httpx' lines hold addresses with their queries.
_QUIET = dict.fromkeys(("aiohttp", "aiokafka", "asyncio", "faststream", "httpcore", "httpx", "pymongo"), "WARNING")


def configure_logging(service: str, level: str = "info", stream: TextIO | None = None) -> None:
    """Send structlog and the standard library's loggers (uvicorn, aiokafka, …) through one chain to `stream`.

    Args:
        service: stands in each line.
        level: the least that is written (`debug`, `info`, `warning`, `error`).
        stream: standard output by default.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        _Context(service),
        _describe_error,
        _scrub,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _line],
        )
    )
    _route_everything_to(handler, level)


def _route_everything_to(handler: logging.Handler, level: str) -> None:
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in (*_QUIET, *logging.root.manager.loggerDict):
        if name.partition(".")[0] in {*_QUIET, "uvicorn"}:  # these bring handlers and formats of their own
            logger = logging.getLogger(name)
            logger.handlers.clear()
            logger.propagate = True
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(least)
    logging.getLogger("uvicorn.access").disabled = True  # it would write paths with codes in them


class _Context:
    """Adds service, time and what the line belongs to."""

    def __init__(self, service: str) -> None:
        self._service = service

    def __call__(self, _: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event["service"] = self._service
        event["time"] = _written(now())
        if request_id := current_request_id.get():
            event["request_id"] = request_id
        if traceparent := current_traceparent.get():
            event["trace_id"] = trace_id(traceparent)
        return event


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _describe_error(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """An exception as type, place and message; without values in quotes, which may be anybody's name."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    if isinstance(given, tuple):
        given = given[1]
    if isinstance(given, BaseException):
        event["error"] = type(given).__name__
        event["error_message"] = _QUOTED.sub("'…'", str(given)[:_MAX_TEXT])[:_MAX_MESSAGE]
        event["frames"] = _frames(given.__traceback__)
    return event


def _frames(trace: TracebackType | None) -> list[str]:
    """`file:line function`, outermost first; without source lines and locals."""
    found = traceback.extract_tb(trace)[-_MAX_FRAMES:]
    return [f"{'/'.join(frame.filename.rsplit('/', 3)[1:])}:{frame.lineno} {frame.name}" for frame in found]


def _scrub(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {key: value if key in _OURS or key.startswith("_") else _scrubbed(value) for key, value in event.items()}


def _scrubbed(value: Any, depth: int = 0) -> Any:
    """The value as plain JSON types, each text masked and cut."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if depth < _MAX_DEPTH and isinstance(value, Mapping):
        pairs = list(value.items())[:_MAX_ITEMS]
        return {_masked(str(key)): _scrubbed(item, depth + 1) for key, item in pairs}
    if depth < _MAX_DEPTH and isinstance(value, list | tuple | set | frozenset):
        return [_scrubbed(item, depth + 1) for item in list(value)[:_MAX_ITEMS]]
    return _masked(str(value))


def _masked(text: str) -> str:
    return text if _HARMLESS.fullmatch(text) or _IDENTIFIER.fullmatch(text) else mask_text(text[:_MAX_TEXT])


def _line(_: WrappedLogger, __: str, event: EventDict) -> str:
    first = {key: event[key] for key in _FIRST if key in event}
    line = _json({**first, **event})
    if len(line.encode()) > MAX_LINE:
        line = _json(_cut(event))
    return line


def _cut(event: MutableMapping[str, Any]) -> dict[str, Any]:
    kept = {key: event[key] for key in _KEPT_WHEN_CUT if key in event}
    return {**{key: _short(value) for key, value in kept.items()}, "cut": True}


def _short(value: Any) -> Any:
    if isinstance(value, str):
        return value[:_MAX_TEXT_WHEN_CUT]
    if isinstance(value, Iterable):
        return [_short(item) for item in list(value)[:_MAX_FRAMES]]
    return value


def _json(event: Mapping[str, Any]) -> str:
    try:
        text = orjson.dumps(event, default=_unknown).decode()
    except orjson.JSONEncodeError:  # integers beyond 64 bits, lone surrogates
        text = orjson.dumps({key: _plain(value) for key, value in event.items()}).decode()
    return _UNSAFE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def _plain(value: Any) -> str:
    return str(value).encode("utf-8", "backslashreplace").decode()


def _unknown(value: object) -> str:
    return type(value).__name__
