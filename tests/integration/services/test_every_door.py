"""Bad input at every door of every service: whatever comes, the answer is never 5xx and never late."""

import asyncio
import json
import random
import re
import uuid
from collections.abc import Iterable, Iterator
from typing import Any, cast, get_args

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from shared.settings import ServiceName
from tests.corpora import json_bodies, naughty_strings, operators
from tests.services import Services
from tests.staff import SignedIn, with_every_role

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]

EXAMPLES = 12
"""Made-up requests per operation; the long run has its own place."""
BODIES = 40
TEXTS = 25
"""Of the corpora, per operation; chosen anew in each run."""
LATE_SECONDS = 30.0
SIGNING_OUT = "DELETE /api/v1/sessions/current"
NUMBERS_OF_PEOPLE = ("0912345678", "079203001234", "75a-12345")
"""They have the form of an id, too."""
VALID = {
    "group": "routing.cases",
    "partition": 0,
    "effective_from": "2021-08-30T00:00:00+07:00",
    "effective_until": "2021-09-30T00:00:00+07:00",
    "roles": ["operator"],
    "name": "Trần Thị Mận",
    "password": "mot-mat-khau-rat-dai-2026",
    "agency": None,
    "post": None,
    "measure": "quarantine",
}
_CHANCE = random.Random()


@pytest.fixture
def everybody(services: Services) -> SignedIn:
    """All services, and somebody who may do everything in them."""
    services.start()
    return asyncio.run(with_every_role(services))


def test_no_door_answers_5xx_whatever_comes(services: Services, everybody: SignedIn) -> None:
    names: tuple[ServiceName, ...] = get_args(ServiceName)
    failures = [each for name in names for each in _failures_of(services[name].url, everybody)]
    assert not failures, failures[:10]


def _failures_of(origin: str, person: SignedIn) -> Iterator[str]:
    headers = person.headers(origin)
    with httpx.Client(base_url=origin, headers=headers, timeout=LATE_SECONDS) as client:
        document = client.get("/openapi.json").json()
        yield from _fuzzed(document, client)
        for path, methods in document["paths"].items():
            for method in {"post", "put", "patch"} & methods.keys():
                properties = _properties(document, methods[method])
                yield from _with_corpora(client, method, _filled(path), properties)
                yield from _with_numbers_of_people(client, method, path, properties)
        if client.get("/api/v1/operations/halts").status_code != httpx.codes.OK:
            yield f"{origin}: what came last met somebody who was signed out, which tests nothing"


def _fuzzed(document: dict[str, Any], client: httpx.Client) -> Iterator[str]:
    schema = schemathesis.openapi.from_dict(document)
    found: list[str] = []
    for result in cast("Iterable[Any]", schema.get_all_operations()):
        operation = result.ok()
        if operation.label == SIGNING_OUT:  # all that comes after it would be answered 401
            continue

        @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def no_5xx(case: Any) -> None:
            request = case.as_transport_kwargs(base_url=str(client.base_url))
            request.pop("cookies", None)
            response = client.request(**{**request, "headers": {**(request.get("headers") or {}), **client.headers}})
            if response.status_code >= 500:
                found.append(f"{case.method} {case.path}: {response.status_code}")

        no_5xx()
    yield from found


def _with_corpora(client: httpx.Client, method: str, path: str, properties: list[str]) -> Iterator[str]:
    for case in _CHANCE.sample(json_bodies(), BODIES):
        response = client.request(method, path, content=case.body, headers={"content-type": "application/json"})
        if response.status_code >= 500:
            yield f"{method} {path} with {case.name}: {response.status_code}"
    texts = [each.text for each in _CHANCE.sample(naughty_strings(), TEXTS)]
    for value in (*texts, *operators()):
        body = json.dumps(dict.fromkeys(properties, value)).encode()  # escapes lone surrogates, as an attacker would
        response = client.request(method, path, content=body, headers={"content-type": "application/json"})
        if response.status_code >= 500:
            yield f"{method} {path} with {value!r}: {response.status_code}"


def _with_numbers_of_people(client: httpx.Client, method: str, path: str, properties: list[str]) -> Iterator[str]:
    """What the audit takes for no id, where an id is expected."""
    for number in NUMBERS_OF_PEOPLE:
        key = {"Idempotency-Key": str(uuid.uuid4())}
        body = {name: VALID.get(name, number) for name in properties}
        response = client.request(method, re.sub(r"\{[^}]*\}", number, path), json=body, headers=key)
        if response.status_code >= 500:
            yield f"{method} {path} with {number}: {response.status_code}"


def _properties(document: dict[str, Any], operation: dict[str, Any]) -> list[str]:
    """The fields that the operation's body has by its own description."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    return list(document["components"]["schemas"].get(name, {}).get("properties", {}))


def _filled(path: str) -> str:
    return path.replace("{", "").replace("}", "")
