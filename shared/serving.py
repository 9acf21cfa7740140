"""How a service's process begins: settings, logs, application, server."""

from collections.abc import Callable

from fastapi import FastAPI

from shared.http import serve
from shared.log import configure_logging
from shared.settings import ServiceName, Settings


def main(service: ServiceName, create_app: Callable[[Settings], FastAPI]) -> None:
    """Run one service until it is told to stop."""
    settings = Settings()
    configure_logging(service, settings.log_level)
    serve(create_app(settings), settings)
