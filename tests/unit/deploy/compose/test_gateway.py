"""The gateway sends each path to the service that has it: its lines against the services' own routes."""

import re
from functools import cache
from importlib import import_module
from typing import get_args

import pytest
from fastapi.routing import iter_route_contexts

from shared.settings import ROOT, ServiceName
from tests.places import own_environment, settings_from

SERVICES: tuple[ServiceName, ...] = get_args(ServiceName)


@cache
def lines() -> dict[str, re.Pattern[str]]:
    """By service, the paths that the gateway sends there."""
    text = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    return {name: re.compile(regex) for name, regex in re.findall(r"@(\w+) path_regexp (\^\S+)", text)}


@cache
def paths_of(service: ServiceName) -> frozenset[str]:
    settings = settings_from(own_environment("127.0.0.1:9", "mongodb://127.0.0.1:9"))
    app = import_module(f"services.{service}.app").create_app(settings)
    return frozenset(route.path or "/" for route in iter_route_contexts(app.routes))


def shared_paths() -> frozenset[str]:
    return frozenset.intersection(*map(paths_of, SERVICES))


def sent_to(path: str) -> str:
    return next((service for service, line in lines().items() if line.match(path)), "intake")


@pytest.mark.parametrize("service", SERVICES)
async def test_every_path_that_only_one_service_has_is_sent_there(service: ServiceName) -> None:
    own = paths_of(service) - shared_paths()
    assert {path: sent_to(path) for path in own} == dict.fromkeys(own, service)


async def test_what_all_services_have_is_the_front_services_unless_another_is_named() -> None:
    assert {sent_to(path) for path in shared_paths()} == {"intake"}
