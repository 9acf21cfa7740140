"""The watch list over HTTP, for officers of police and CDC and for the committee."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel

from services.checkpoints.posts.duty import require_agency
from services.checkpoints.site.positions import cursor_of, position_of
from services.checkpoints.watchlist.commands import FindEntries, ReadEntry, StopWatching, WatchFor
from services.checkpoints.watchlist.desk import SOURCES, WatchDesk
from services.checkpoints.watchlist.domain import Entry, WatchBy, WatchReason
from shared.http import Cursor, IdempotencyKey, Page, PageSize, sent_again
from shared.pending import Versioned
from shared.rate_limits import RateLimit
from shared.security import Person, Role, require

Officer = Annotated[Person, require(Role.OFFICER, Role.COMMITTEE)]
EntryId = Annotated[str, Path(max_length=64)]


class EntryView(BaseModel):
    """An entry without whom it seeks."""

    entry_id: str
    by: WatchBy
    reason: WatchReason
    note: str
    source: str
    approved_by: str
    added_at: datetime
    expires_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, entry: Versioned[Entry]) -> "EntryView":
        state = entry.state
        return cls(
            entry_id=entry.id,
            by=state.by,
            reason=state.reason,
            note=state.note,
            source=state.source,
            approved_by=state.approved_by,
            added_at=state.added_at,
            expires_at=state.expires_at,
            ended_at=state.ended_at,
        )


class Sought(BaseModel):
    """Whom or what an entry seeks."""

    value: str


def cursor_after(entries: list[Versioned[Entry]], size: int) -> str | None:
    """The cursor of the next page, if there may be one."""
    if len(entries) < size:
        return None
    return cursor_of(entries[-1].state.added_at, entries[-1].id)


def router(desk: WatchDesk) -> APIRouter:
    """The routes of the watch list."""
    routes = APIRouter(prefix="/api/v1", tags=["watchlist"])
    looking = [Depends(RateLimit("60/minute"))]

    @routes.get("/watchlist")
    async def list_entries(person: Officer, size: PageSize = 50, cursor: Cursor = None) -> Page[EntryView]:
        require_agency(person, *SOURCES)
        entries = await desk.watchlist.newest(limit=size, before=position_of(cursor))
        return Page(items=[EntryView.of(entry) for entry in entries], next=cursor_after(entries, size))

    @routes.post("/watchlist", status_code=201, responses=sent_again(EntryView))
    async def add_entry(command: WatchFor, key: IdempotencyKey, person: Officer, response: Response) -> EntryView:
        entry = await desk.add(key, command, person)
        response.status_code = 201 if entry.first else 200
        return EntryView.of(entry)

    @routes.post("/watchlist:find", dependencies=looking)
    async def find_entries(command: FindEntries, person: Officer) -> list[EntryView]:
        return [EntryView.of(entry) for entry in await desk.find(command, person)]

    @routes.post("/watchlist/{entry_id}:end")
    async def end_entry(entry_id: EntryId, command: StopWatching, key: IdempotencyKey, person: Officer) -> EntryView:
        return EntryView.of(await desk.end(entry_id, command, key, person))

    @routes.post("/watchlist/{entry_id}/identity", dependencies=looking)
    async def read_entry(entry_id: EntryId, command: ReadEntry, person: Officer) -> Sought:
        return Sought(value=await desk.value(entry_id, command.reason, person))

    return routes
