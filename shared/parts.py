"""What a service is assembled of: the parts it brings itself, and the machinery that every service has."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter

from shared.consumers import Consumers
from shared.messaging import Answer, Reaction
from shared.replays import Replays
from shared.security.accounts_view import AccountsView
from shared.unpublishable import Unpublishable
from shared.vitals import Vitals
from shared.web.pages import Pages

Task = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a service adds to the runtime.

    Attributes:
        title: of its API.
        routers: its API and pages.
        reactions: what it consumes; facts before changes within a group.
        answers: by group, what is said to the senders of records that cannot be read.
        prepare: run once before requests are taken (indexes, seeds).
        tasks: what runs beside requests (job runners, live streams).
        pages: its pages; their static files and problem pages are the service's.
        layout: the layout of problem pages.
        accounts: who may do what, from the service that decides it; the others keep a projection of it.
        media_limits: path prefix → bytes, where more than 256 kB may be sent.
    """

    title: str
    routers: Sequence[APIRouter]
    reactions: Sequence[Reaction] = ()
    answers: Mapping[str, Answer] = field(default_factory=dict)
    prepare: Sequence[Callable[[], Awaitable[Any]]] = ()
    tasks: Sequence[Task] = ()
    pages: Pages | None = None
    layout: str = "citizen.html"
    accounts: AccountsView | None = None
    media_limits: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machinery:
    """What every service has besides its own parts."""

    consumers: Consumers
    replays: Replays
    vitals: Vitals
    unpublishable: Unpublishable
    prepare: Sequence[Callable[[], Awaitable[Any]]]
    tasks: Sequence[Task]
