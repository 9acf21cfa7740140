"""Epidemic areas over HTTP: read by all staff, declared and ended by the committee or an operator."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel

from services.checkpoints.areas.commands import DeclareArea, EndArea
from services.checkpoints.areas.desk import AreaDesk
from services.checkpoints.areas.domain import Area, Measure
from shared.http import IdempotencyKey, IfMatch, etag
from shared.identity.chosen_ids import ChosenId
from shared.pending import Versioned
from shared.security import CurrentPerson, Person, Role, require

Declarer = Annotated[Person, require(Role.COMMITTEE, Role.OPERATOR)]
AreaId = Annotated[ChosenId, Path(max_length=64)]


class PeriodView(BaseModel):
    measure: Measure
    effective_from: datetime
    effective_until: datetime | None


class AreaView(BaseModel):
    """An area with every period it had, oldest first."""

    area_id: str
    name: str
    name_en: str
    called: tuple[str, ...]
    days: int
    periods: tuple[PeriodView, ...]

    @classmethod
    def of(cls, area: Area) -> "AreaView":
        periods = tuple(
            PeriodView(measure=p.measure, effective_from=p.since, effective_until=p.until) for p in area.periods
        )
        return cls(
            area_id=area.id, name=area.name, name_en=area.name_en, called=area.called, days=area.days, periods=periods
        )


def router(desk: AreaDesk) -> APIRouter:
    """The routes of epidemic areas."""
    routes = APIRouter(prefix="/api/v1", tags=["areas"])

    def shown(area: Versioned[Area], response: Response) -> AreaView:
        response.headers["ETag"] = etag(area.version)
        return AreaView.of(area.state)

    @routes.get("/areas")
    async def list_areas(_: CurrentPerson) -> list[AreaView]:
        return [AreaView.of(area.state) for area in await desk.areas.all()]

    @routes.get("/areas/{area_id}")
    async def read_area(area_id: AreaId, _: CurrentPerson, response: Response) -> AreaView:
        return shown(await desk.areas.aggregates.get(area_id), response)

    @routes.put("/areas/{area_id}")
    async def declare_area(
        area_id: AreaId,
        command: DeclareArea,
        key: IdempotencyKey,
        version: IfMatch,
        person: Declarer,
        response: Response,
    ) -> AreaView:
        return shown(await desk.declare(area_id, command, key, person.account, version), response)

    @routes.post("/areas/{area_id}:end")
    async def end_area(
        area_id: AreaId, command: EndArea, key: IdempotencyKey, version: IfMatch, person: Declarer, response: Response
    ) -> AreaView:
        return shown(await desk.end(area_id, command, key, person.account, version), response)

    return routes
