"""The log of one test, with logging left as it was found."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import structlog

from shared.log import configure_logging


@contextmanager
def captured_log(service: str, level: str = "info") -> Iterator[StringIO]:
    """Everything the block logs, as a service would write it."""
    root = logging.getLogger()
    handlers, least, configuration = list(root.handlers), root.level, structlog.get_config()
    written = StringIO()
    configure_logging(service, level, written)
    try:
        yield written
    finally:
        root.handlers[:] = handlers
        root.setLevel(least)
        structlog.configure(**configuration)
