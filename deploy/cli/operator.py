"""The operators' door: commands that ask a running service to do something, over its API like anybody else.

Who asks is, in this order: the owner of `HAIVAN_API_KEY` (scope `operations`), at the addresses in
`HAIVAN_<SERVICE>_URL`; or, on the machine of an embedded run, its operator's account: whoever can read the run's keys
is its operator. Either is recorded in the service's audit.
"""

import http.client
import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

import msgspec
import typer

from deploy.cli.env import variables_of
from deploy.cli.running import running
from deploy.embedded.errors import CannotRun
from deploy.embedded.folders import Home
from deploy.embedded.secret_keys import load_or_make_secrets
from deploy.embedded.service import SERVICES
from shared.ids import new_id

Service = Annotated[str | None, typer.Option(help="One service only.")]
Row = TypeVar("Row", bound=msgspec.Struct)

API_KEY = "HAIVAN_API_KEY"
_SECONDS = 15.0


class OperatorDoor:
    """Asks services.

    Args:
        urls: their public addresses by name.
        credentials: the headers that say who asks.
    """

    def __init__(self, urls: Mapping[str, str], credentials: Mapping[str, str]) -> None:
        self.urls = dict(urls)
        self._credentials = dict(credentials)

    @classmethod
    def of(cls, environ: Mapping[str, str] = os.environ) -> "OperatorDoor":
        """Raises `CannotRun` when neither a key nor a running system is there."""
        named: dict[str, str] = {name: url for name in SERVICES if (url := environ.get(f"HAIVAN_{name.upper()}_URL"))}
        if key := environ.get(API_KEY):
            urls = named or _urls_of(Home.of(environ))
            return cls(urls, {"Authorization": f"Bearer {key}"})
        from deploy.embedded.operator_session import operator_headers  # noqa: PLC0415 - slow to load, rarely needed

        home = Home.of(environ)
        return cls(_urls_of(home), operator_headers(load_or_make_secrets(home)))

    def get(self, service: str, path: str, **query: str | None) -> Any:
        """The answer's JSON; raises `CannotRun` with what the service says otherwise."""
        asked = urlencode({name: value for name, value in query.items() if value is not None})
        return self._ask("GET", service, f"{path}?{asked}" if asked else path, None)

    def post(self, service: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return self._ask("POST", service, path, body)

    def listed(self, service: str | None, path: str, kind: type[Row], **query: str | None) -> list[Row]:
        """Each entry of a list that the chosen services give, with the service's name."""
        return [
            of_service(name, each, kind) for name in self.chosen(service) for each in self.get(name, path, **query)
        ]

    def chosen(self, service: str | None) -> tuple[str, ...]:
        """The services that a command is about: the one named, or all.

        Raises:
            CannotRun: there is none of this name.
        """
        if service is not None and service not in self.urls:
            raise CannotRun(f"There is no service {service}.", f"One of: {', '.join(self.urls)}.")
        return (service,) if service else tuple(self.urls)

    def _ask(self, method: str, service: str, path: str, body: Mapping[str, Any] | None) -> Any:
        address = self.urls[service]
        headers = {
            **self._credentials,
            "Origin": "/".join(address.split("/")[:3]),
            "Accept": "application/json",
            "Accept-Language": "en",
        }
        content = None
        if method != "GET":
            headers["Idempotency-Key"] = new_id()
        if body is not None:
            content, headers["Content-Type"] = json.dumps(dict(body)).encode(), "application/json"
        request = urllib.request.Request(address + path, content, headers, method=method)  # noqa: S310 - our own services
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - our own services
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise _refused(service, error) from error
        except (OSError, http.client.HTTPException) as error:
            raise CannotRun(f"{service} at {address} does not answer.", "See `./haivan status`.") from error


def of_service(service: str, answer: Mapping[str, Any], kind: type[Row]) -> Row:
    """What one service answered, with its name."""
    return msgspec.convert({**answer, "service": service}, kind)


def _urls_of(home: Home) -> dict[str, str]:
    known = variables_of(running(home))
    return {name: known[f"HAIVAN_{name.upper()}_URL"] for name in SERVICES if f"HAIVAN_{name.upper()}_URL" in known}


def _refused(service: str, error: urllib.error.HTTPError) -> CannotRun:
    try:
        problem = json.loads(error.read())
    except ValueError:
        problem = {}
    detail = problem.get("detail_en") if isinstance(problem, dict) else None
    fields = problem.get("errors", []) if isinstance(problem, dict) else []
    told = "; ".join(str(each.get("detail_en", each)) for each in fields if isinstance(each, dict))
    todo = told or "The answer is the service's own; its audit names who asked."
    return CannotRun(f"{service} says {error.code}: {detail or error.reason}", todo)
