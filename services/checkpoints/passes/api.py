"""Passes over HTTP: recorded one by one or in batches, judged without a record, overridden by a supervisor."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel

from services.checkpoints.passes.batches import ItemResult, record_batch
from services.checkpoints.passes.commands import ObservedPass, OverrideVerdict, PassBatch, ReadTravellers
from services.checkpoints.passes.desk import PassDesk
from services.checkpoints.passes.views import PassView, VerdictView
from services.checkpoints.posts.duty import COMMAND, require_agency
from services.checkpoints.site.positions import cursor_of, position_of
from shared.http import Cursor, IdempotencyKey, Page, PageSize, sent_again
from shared.rate_limits import RateLimit
from shared.security import Person, Role, require

Recorder = Annotated[Person, require(Role.FIELD_OFFICER, Role.OFFICER, Role.COMMITTEE)]
Officer = Annotated[Person, require(Role.OFFICER, Role.COMMITTEE)]
Reader = Annotated[Person, require(Role.OFFICER, Role.COMMITTEE, scope="identity")]
PassId = Annotated[str, Path(max_length=64)]


class BatchAnswer(BaseModel):
    """What became of each item, in the order in which they were sent."""

    results: list[ItemResult]


class TravellerView(BaseModel):
    """Somebody who was in the vehicle: only what was asked."""

    name: str | None = None
    cccd: str | None = None
    phone: str | None = None
    coming_from: str | None = None
    left_on: date | None = None
    temperature: float | None = None


class Told(BaseModel):
    """Who and what passed, as it was told at the post."""

    plate: str | None = None
    trailer: str | None = None
    permit_code: str | None = None
    travellers: tuple[TravellerView, ...] = ()


def router(desk: PassDesk) -> APIRouter:
    """The routes of passes."""
    routes = APIRouter(prefix="/api/v1", tags=["passes"])

    @routes.post("/passes", status_code=201, responses=sent_again(PassView))
    async def record_pass(
        command: ObservedPass, key: IdempotencyKey, person: Recorder, response: Response
    ) -> PassView:
        stored = await desk.record(key, command, person)
        response.status_code = 201 if stored.first else 200
        return PassView.of_pass(stored.id, stored.state)

    @routes.post("/passes:judge")
    async def judge_pass(command: ObservedPass, person: Recorder) -> VerdictView:
        return VerdictView.of(await desk.judge(command, person))

    @routes.post("/passes:batch")
    async def record_passes(batch: PassBatch, person: Recorder) -> BatchAnswer:
        return BatchAnswer(results=await record_batch(batch.items, person, desk))

    @routes.get("/passes")
    async def list_passes(person: Officer, size: PageSize = 50, cursor: Cursor = None) -> Page[PassView]:
        require_agency(person, COMMAND, "police", "cdc")
        found = await desk.passes.newest(limit=size, before=position_of(cursor))
        after = cursor_of(found[-1].state.recorded_at, found[-1].id) if len(found) == size else None
        return Page(items=[PassView.of_pass(each.id, each.state) for each in found], next=after)

    @routes.post("/passes/{pass_id}:override")
    async def override_verdict(
        pass_id: PassId, command: OverrideVerdict, key: IdempotencyKey, person: Officer
    ) -> PassView:
        stored = await desk.override(pass_id, command, key, person)
        return PassView.of_pass(stored.id, stored.state)

    @routes.post("/passes/{pass_id}/identity", dependencies=[Depends(RateLimit("60/minute"))])
    async def read_travellers(pass_id: PassId, command: ReadTravellers, person: Reader) -> Told:
        return Told.model_validate(await desk.travellers(pass_id, command.reason, person))

    return routes
