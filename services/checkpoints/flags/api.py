"""Flags over HTTP: listed and acknowledged by the agencies concerned."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from services.checkpoints.flags.desk import FlagDesk, agency_shown_to
from services.checkpoints.flags.domain import Flag
from services.checkpoints.site.positions import cursor_of, position_of
from shared.events.checkpoints import FlagKind, Verdict
from shared.http import Cursor, IdempotencyKey, Page, PageSize
from shared.pending import Versioned
from shared.security import Person, Role, require

Viewer = Annotated[Person, require(Role.OFFICER, Role.COMMITTEE, Role.DISPATCHER, Role.OPERATOR)]
Officer = Annotated[Person, require(Role.OFFICER)]
FlagId = Annotated[str, Path(max_length=64)]
IsOpen = Annotated[
    Literal["true"] | None, Query(alias="open", description="Only those that still wait for an acknowledgement.")
]


class FlagView(BaseModel):
    flag_id: str
    kind: FlagKind
    post: str
    pass_id: str
    agencies: tuple[str, ...]
    waiting: tuple[str, ...]
    verdict: Verdict
    observed_at: datetime
    raised_at: datetime

    @classmethod
    def of(cls, flag: Versioned[Flag]) -> "FlagView":
        state = flag.state
        return cls(
            flag_id=flag.id,
            kind=state.kind,
            post=state.post,
            pass_id=state.pass_id,
            agencies=state.agencies,
            waiting=state.waiting,
            verdict=state.verdict,
            observed_at=state.observed_at,
            raised_at=state.raised_at,
        )


def router(desk: FlagDesk) -> APIRouter:
    """The routes of flags."""
    routes = APIRouter(prefix="/api/v1", tags=["flags"])

    @routes.get("/flags")
    async def list_flags(
        person: Viewer, is_open: IsOpen = None, size: PageSize = 50, cursor: Cursor = None
    ) -> Page[FlagView]:
        found = await desk.flags.newest(
            limit=size, before=position_of(cursor), agency=agency_shown_to(person), is_open=is_open is not None
        )
        after = cursor_of(found[-1].state.raised_at, found[-1].id) if len(found) == size else None
        return Page(items=[FlagView.of(each) for each in found], next=after)

    @routes.post("/flags/{flag_id}:acknowledge")
    async def acknowledge_flag(flag_id: FlagId, key: IdempotencyKey, person: Officer) -> FlagView:
        return FlagView.of(await desk.acknowledge(flag_id, key, person))

    return routes
