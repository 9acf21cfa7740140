"""Permits over HTTP: issued and revoked by the posts' command, found by code or plate."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel

from services.checkpoints.permits.commands import FindPermits, IssuePermit, ReadPermit, RevokePermit
from services.checkpoints.permits.desk import READERS, PermitDesk
from services.checkpoints.permits.domain import Permit, Purpose, Standing
from services.checkpoints.posts.duty import require_agency
from services.checkpoints.site.positions import cursor_of, position_of
from shared.http import Cursor, IdempotencyKey, Page, PageSize, sent_again
from shared.rate_limits import RateLimit
from shared.security import Person, Role, require

Officer = Annotated[Person, require(Role.OFFICER, Role.COMMITTEE)]
PermitId = Annotated[str, Path(max_length=64)]


class PermitView(BaseModel):
    """A permit without whose it is. `code` is what a driver says at a post."""

    permit_id: str
    code: str
    purpose: Purpose
    posts: tuple[str, ...]
    valid_from: datetime
    valid_until: datetime
    standing: Standing
    issued_by: str
    issued_at: datetime
    revoked_at: datetime | None
    revoke_reason: str

    @classmethod
    def of(cls, permit_id: str, permit: Permit, desk: PermitDesk) -> "PermitView":
        return cls(
            permit_id=permit_id,
            code=desk.code_of(permit_id),
            purpose=permit.purpose,
            posts=permit.posts,
            valid_from=permit.valid_from,
            valid_until=permit.valid_until,
            standing=permit.standing_at(desk.clock()),
            issued_by=permit.issued_by,
            issued_at=permit.issued_at,
            revoked_at=permit.revoked_at,
            revoke_reason=permit.revoke_reason,
        )


class Holder(BaseModel):
    """Whose a permit is: only what was given."""

    plate: str | None = None
    trailer: str | None = None
    holder_name: str | None = None
    holder_phone: str | None = None
    note: str | None = None


def router(desk: PermitDesk) -> APIRouter:
    """The routes of permits."""
    routes = APIRouter(prefix="/api/v1", tags=["permits"])
    looking = [Depends(RateLimit("120/minute"))]

    @routes.get("/permits")
    async def list_permits(person: Officer, size: PageSize = 50, cursor: Cursor = None) -> Page[PermitView]:
        require_agency(person, *READERS)
        found = await desk.permits.newest(limit=size, before=position_of(cursor))
        after = cursor_of(found[-1].state.issued_at, found[-1].id) if len(found) == size else None
        return Page(items=[PermitView.of(each.id, each.state, desk) for each in found], next=after)

    @routes.post("/permits", status_code=201, responses=sent_again(PermitView))
    async def issue_permit(
        command: IssuePermit, key: IdempotencyKey, person: Officer, response: Response
    ) -> PermitView:
        permit = await desk.issue(key, command, person)
        response.status_code = 201 if permit.first else 200
        return PermitView.of(permit.id, permit.state, desk)

    @routes.post("/permits:find", dependencies=looking)
    async def find_permits(command: FindPermits, person: Officer) -> list[PermitView]:
        return [PermitView.of(known.id, known.permit, desk) for known in await desk.find(command, person)]

    @routes.get("/permits/{permit_id}")
    async def read_permit(permit_id: PermitId, person: Officer) -> PermitView:
        require_agency(person, *READERS)
        permit = await desk.permits.aggregates.get(permit_id)
        return PermitView.of(permit.id, permit.state, desk)

    @routes.post("/permits/{permit_id}:revoke")
    async def revoke_permit(
        permit_id: PermitId, command: RevokePermit, key: IdempotencyKey, person: Officer
    ) -> PermitView:
        permit = await desk.revoke(permit_id, command, key, person)
        return PermitView.of(permit.id, permit.state, desk)

    @routes.post("/permits/{permit_id}/identity", dependencies=looking)
    async def read_holder(permit_id: PermitId, command: ReadPermit, person: Officer) -> Holder:
        return Holder(**await desk.holder(permit_id, command.reason, person))

    return routes
