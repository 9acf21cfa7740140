"""The list of epidemic areas; the committee and operators declare and end them, from a day's 0h in Huế."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse, Response

from services.checkpoints.areas.commands import DeclareForm, EndForm
from services.checkpoints.areas.desk import AreaDesk
from services.checkpoints.areas.domain import Measure
from shared.clock import HANOI
from shared.http import FormErrors, FormValues, read_form
from shared.ids import new_id
from shared.security import Person, Role
from shared.security.wiring import require_page
from shared.web.language import mark as _
from shared.web.pages import Pages, errors_of

AnyStaff = Annotated[Person, require_page()]
Declarer = Annotated[Person, require_page(Role.COMMITTEE, Role.OPERATOR)]
AreaId = Annotated[str, Path(max_length=64)]

MEASURES: Mapping[Measure, str] = {
    Measure.SCREEN: _("Khai báo, đo thân nhiệt"),
    Measure.TEST: _("Xét nghiệm"),
    Measure.ISOLATE: _("Cách ly"),
}


def router(desk: AreaDesk, pages: Pages) -> APIRouter:
    """The pages of epidemic areas."""
    routes = APIRouter(include_in_schema=False)

    async def listed(request: Request, person: Person, refused: FormErrors | None = None) -> HTMLResponse:
        areas = await desk.areas.all()
        tomorrow = (desk.clock().astimezone(HANOI) + timedelta(days=1)).date()
        return pages.render(
            request,
            "areas.html",
            person=person,
            status=422 if refused else 200,
            areas=areas,
            measures=MEASURES,
            may_declare=person.has_any(Role.COMMITTEE, Role.OPERATOR),
            tomorrow=tomorrow.isoformat(),
            keys={area.id: new_id() for area in areas},
            form=refused.values if refused else FormValues({"key": new_id()}),
            errors=errors_of(refused.problems) if refused else {},
        )

    @routes.get("/areas")
    async def show_areas(request: Request, person: AnyStaff) -> HTMLResponse:
        return await listed(request, person)

    @routes.post("/areas")
    async def declare_area(request: Request, person: Declarer) -> Response:
        form = await read_form(request, DeclareForm)
        if isinstance(form, FormErrors):
            return await listed(request, person, form)
        await desk.declare(form.area_id, form.command, form.key, person.account)
        return pages.redirect(request, "/areas", flash=_("Đã công bố."))

    @routes.post("/areas/{area_id}/end")
    async def end_area(request: Request, area_id: AreaId, person: Declarer) -> Response:
        form = await read_form(request, EndForm)
        if isinstance(form, FormErrors):
            return await listed(request, person, form)
        await desk.end(area_id, form.command, form.key, person.account, form.version)
        return pages.redirect(request, "/areas", flash=_("Đã ghi ngày kết thúc."))

    return routes
