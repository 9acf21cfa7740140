"""People who have signed in, and what they do at the services' doors beside what is measured."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar, get_args
from urllib.request import Request, urlopen

from bench.stage import Place
from deploy.demo.doors import Answered, Caller, Doors
from deploy.demo.staff import Staff
from shared.ids import new_id
from shared.settings import ServiceName

T = TypeVar("T")
_ANSWERS_WITHIN = 60.0


def sign_in(here: Place, account: str) -> Caller:
    """Begin a session of a demo account at routing, which must run."""
    return at_the_doors(here, lambda doors: Staff(doors).caller(account))


def ask(
    here: Place, service: ServiceName, path: str, body: Any, caller: Caller, *, key: str | None = None
) -> Answered:
    """POST once, or until the service has heard of the caller's account.

    Raises:
        RuntimeError: it said no.
    """
    answered = at_the_doors(here, lambda doors: doors.post(service, path, body, caller, key=key))
    if not answered.is_yes:
        raise RuntimeError(f"{service}{path} said {answered.status} {answered.body}")
    return answered


def post(url: str, body: bytes, headers: Mapping[str, str]) -> float:
    """POST once, without anything around it; when it was sent (monotonic).

    Raises:
        HTTPError: the answer was no.
    """
    given = {"Content-Type": "application/json", "Idempotency-Key": new_id(), **headers}
    request = Request(url, body, given)  # noqa: S310 - our own service
    sent_at = time.monotonic()
    with urlopen(request, timeout=_ANSWERS_WITHIN) as answer:  # noqa: S310 - as above
        answer.read()
    return sent_at


def headers_at(here: Place, service: ServiceName, caller: Caller) -> Mapping[str, str]:
    """What the caller's browser or phone sends to a service."""
    return {"Origin": here.services[service].url, **caller.headers}


def at_the_doors(here: Place, knock: Callable[[Doors], Awaitable[T]]) -> T:
    """Do something at the doors of all services, whether or not they run."""
    names: tuple[ServiceName, ...] = get_args(ServiceName)

    async def knocked() -> T:
        async with Doors({name: here.services[name].url for name in names}) as doors:
            return await knock(doors)

    return asyncio.run(knocked())
