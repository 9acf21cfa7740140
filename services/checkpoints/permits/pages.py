"""The desk of permits: issue, list by day, find, revoke after a confirmation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import HTMLResponse, Response

from services.checkpoints.permits.commands import FindForm, IssuePermitForm, RevokeForm
from services.checkpoints.permits.desk import READERS, PermitDesk
from services.checkpoints.permits.domain import PURPOSE_TEXTS, Permit, Standing
from services.checkpoints.posts.duty import COMMAND, belongs_to, require_agency
from services.checkpoints.site.positions import cursor_of, position_of
from shared.clock import HANOI
from shared.errors import FieldProblem, Text
from shared.http import Cursor, FormErrors, FormValues, read_form
from shared.ids import new_id
from shared.pending import Versioned
from shared.security import Person, Role
from shared.security.wiring import require_page
from shared.web.language import mark as _
from shared.web.pages import Pages, errors_of

Officer = Annotated[Person, require_page(Role.OFFICER, Role.COMMITTEE)]
PermitId = Annotated[str, Path(max_length=64)]
Day = Annotated[date | None, Query(ge=date(2020, 1, 1), le=date(2199, 1, 1))]
_PAGE = 50

STANDINGS: Mapping[Standing, tuple[Text, str]] = {
    Standing.VALID: (Text("còn hiệu lực", "valid"), "good"),
    Standing.NOT_YET: (Text("chưa đến ngày", "not yet"), "accent"),
    Standing.EXPIRED: (Text("hết hạn", "expired"), "warning"),
    Standing.REVOKED: (Text("đã thu hồi", "revoked"), "danger"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A permit as the list shows it."""

    id: str
    code: str
    permit: Permit
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitScreens:
    """What the pages of permits show."""

    desk: PermitDesk
    pages: Pages

    def list(
        self,
        request: Request,
        person: Person,
        permits: list[tuple[str, Permit]],
        problems: tuple[FieldProblem, ...] = (),
        **context: Any,
    ) -> HTMLResponse:
        now = self.desk.clock()
        rows = [Row(each, self.desk.code_of(each), permit, permit.standing_at(now)) for each, permit in permits]
        given: dict[str, Any] = {"found": None, "day": "", "next": ""}
        return self.pages.render(
            request,
            "permits.html",
            person=person,
            status=422 if problems else 200,
            permits=rows,
            errors=errors_of(problems),
            may_issue=belongs_to(person, COMMAND),
            standings=STANDINGS,
            **self._words(),
            **(given | context),
        )

    def form(
        self,
        request: Request,
        person: Person,
        form: FormValues,
        problems: tuple[FieldProblem, ...] = (),
        chosen: tuple[str, ...] = (),
    ) -> HTMLResponse:
        return self.pages.render(
            request,
            "permit_form.html",
            person=person,
            status=422 if problems else 200,
            form=form,
            errors=errors_of(problems),
            chosen=chosen,
            **self._words(),
        )

    def one(
        self, request: Request, person: Person, stored: Versioned[Permit], refused: FormErrors | None = None
    ) -> HTMLResponse:
        permit, standing = stored.state, stored.state.standing_at(self.desk.clock())
        return self.pages.render(
            request,
            "permit.html",
            person=person,
            status=422 if refused else 200,
            id=stored.id,
            code=self.desk.code_of(stored.id),
            permit=permit,
            standing=STANDINGS[standing],
            may_revoke=belongs_to(person, COMMAND) and standing in {Standing.VALID, Standing.NOT_YET},
            key=new_id(),
            form=refused.values if refused else FormValues({}),
            errors=errors_of(refused.problems) if refused else {},
            **self._words(),
        )

    def confirm(self, request: Request, person: Person, permit_id: str, form: RevokeForm) -> HTMLResponse:
        return self.pages.render(
            request,
            "revoke_confirm.html",
            person=person,
            code=self.desk.code_of(permit_id),
            reason=form.reason,
            action=f"/permits/{permit_id}/revoke",
            values={"key": form.key, "reason": form.reason, "sure": "yes"},
            back=f"/permits/{permit_id}",
            layout="console.html",
        )

    def _words(self) -> dict[str, Any]:
        return {"purposes": PURPOSE_TEXTS, "posts": {post.id: post.name for post in self.desk.profile.posts}}


def router(screens: PermitScreens) -> APIRouter:
    """The pages that list, find and issue permits."""
    desk, pages = screens.desk, screens.pages
    routes = APIRouter(include_in_schema=False)

    @routes.get("/permits")
    async def list_permits(request: Request, person: Officer, day: Day = None, cursor: Cursor = None) -> HTMLResponse:
        require_agency(person, *READERS)
        found = await desk.permits.newest(limit=_PAGE, before=position_of(cursor), between=day_in_hue(day))
        after = cursor_of(found[-1].state.issued_at, found[-1].id) if len(found) == _PAGE else None
        chosen = f"day={day}&" if day else ""
        next_page = f"/permits?{chosen}cursor={after}" if after else ""
        return screens.list(request, person, [(each.id, each.state) for each in found], day=day, next=next_page)

    @routes.post("/permits/find")
    async def find_permits(request: Request, person: Officer) -> HTMLResponse:
        form = await read_form(request, FindForm)
        if isinstance(form, FormErrors):
            return screens.list(request, person, [], form.problems, found=0)
        found = await desk.find(form.command, person)
        return screens.list(request, person, [(each.id, each.permit) for each in found], found=len(found))

    @routes.get("/permits/new")
    async def new_permit(request: Request, person: Officer) -> HTMLResponse:
        require_agency(person, COMMAND)
        begin = desk.clock().astimezone(HANOI).replace(minute=0, second=0)
        until = begin + timedelta(days=1)
        given = {"id": new_id(), "valid_from": f"{begin:%Y-%m-%dT%H:%M}", "valid_until": f"{until:%Y-%m-%dT%H:%M}"}
        return screens.form(request, person, FormValues(given))

    @routes.post("/permits")
    async def issue_permit(request: Request, person: Officer) -> Response:
        form = await read_form(request, IssuePermitForm)
        if isinstance(form, FormErrors):
            return screens.form(request, person, form.values, form.problems, form.chosen("posts"))
        await desk.issue(form.id, form.command, person)
        return pages.redirect(request, f"/permits/{form.id}", flash=_("Đã cấp giấy."))

    return routes


def permit_router(screens: PermitScreens) -> APIRouter:
    """The page of one permit, and its revocation."""
    desk, pages = screens.desk, screens.pages
    routes = APIRouter(include_in_schema=False)

    @routes.get("/permits/{permit_id}")
    async def show_permit(request: Request, permit_id: PermitId, person: Officer) -> HTMLResponse:
        require_agency(person, *READERS)
        return screens.one(request, person, await desk.permits.aggregates.get(permit_id))

    @routes.post("/permits/{permit_id}/revoke")
    async def revoke_permit(request: Request, permit_id: PermitId, person: Officer) -> Response:
        require_agency(person, COMMAND)
        form = await read_form(request, RevokeForm)
        if isinstance(form, FormErrors):
            return screens.one(request, person, await desk.permits.aggregates.get(permit_id), form)
        if form.sure is None:
            return screens.confirm(request, person, permit_id, form)
        await desk.revoke(permit_id, form.command, form.key, person)
        return pages.redirect(request, f"/permits/{permit_id}", flash=_("Đã thu hồi giấy."))

    return routes


def day_in_hue(day: date | None) -> tuple[datetime, datetime] | None:
    """From 0h of a day to 0h of the next, in Huế."""
    if day is None:
        return None
    begin = datetime.combine(day, time(), HANOI)
    return begin, begin + timedelta(days=1)
