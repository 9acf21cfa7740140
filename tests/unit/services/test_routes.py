"""What all routes of all services keep."""

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, get_args

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from shared.settings import ServiceName
from tests.places import own_environment, settings_from


def asked_by(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    """The route's own function and everything it depends on."""
    if dependant.call is not None:
        yield dependant.call
    for each in dependant.dependencies:
        yield from asked_by(each)


def runs_in_the_loop(call: Callable[..., Any]) -> bool:
    functions = (call, getattr(call, "__call__", None))  # noqa: B004 - not whether it can be called, but how
    return any(inspect.iscoroutinefunction(each) or inspect.isasyncgenfunction(each) for each in functions)


@pytest.mark.parametrize("service", get_args(ServiceName))
async def test_no_request_waits_for_a_thread(service: ServiceName) -> None:
    """FastAPI runs plain functions in a thread; under load that costs more than the rest of a small request."""
    settings = settings_from(own_environment("127.0.0.1:9", "mongodb://127.0.0.1:9"))
    app = import_module(f"services.{service}.app").create_app(settings)
    routes = [route for route in iter_route_contexts(app.routes) if getattr(route, "dependant", None)]
    assert len(routes) > 20
    in_threads = {call for route in routes for call in asked_by(route.dependant) if not runs_in_the_loop(call)}
    assert in_threads == set()
