"""The list of flags, and the button that says an agency has seen one."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse, Response

from services.checkpoints.flags.api import IsOpen
from services.checkpoints.flags.desk import FlagDesk, agency_shown_to
from services.checkpoints.flags.domain import KIND_TEXTS
from services.checkpoints.passes.wording import TITLES
from services.checkpoints.site.positions import cursor_of, position_of
from shared.http import Cursor, FormErrors, read_form
from shared.ids import derived_id
from shared.profile import Profile
from shared.security import Person, Role
from shared.security.wiring import require_page
from shared.text import Command, RecordId
from shared.web.language import mark as _
from shared.web.pages import Pages

Viewer = Annotated[Person, require_page(Role.OFFICER, Role.COMMITTEE, Role.DISPATCHER, Role.OPERATOR)]
Officer = Annotated[Person, require_page(Role.OFFICER)]
FlagId = Annotated[str, Path(max_length=64)]
_PAGE = 50


class AcknowledgeForm(Command):
    key: RecordId
    back: str = "/flags"


def router(desk: FlagDesk, profile: Profile, pages: Pages) -> APIRouter:
    """The pages of flags."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/flags")
    async def show_flags(
        request: Request, person: Viewer, is_open: IsOpen = None, cursor: Cursor = None
    ) -> HTMLResponse:
        only_open = is_open is not None
        found = await desk.flags.newest(
            limit=_PAGE, before=position_of(cursor), agency=agency_shown_to(person), is_open=only_open
        )
        after = cursor_of(found[-1].state.raised_at, found[-1].id) if len(found) == _PAGE else None
        chosen = "open=true&" if only_open else ""
        return pages.render(
            request,
            "flags.html",
            person=person,
            flags=found,
            is_open=only_open,
            next=f"/flags?{chosen}cursor={after}" if after else "",
            keys=acknowledgement_keys([each.id for each in found], person),
            kinds=KIND_TEXTS,
            titles=TITLES,
            posts={post.id: post.name for post in profile.posts},
        )

    @routes.post("/flags/{flag_id}/acknowledge")
    async def acknowledge_flag(request: Request, flag_id: FlagId, person: Officer) -> Response:
        form = await read_form(request, AcknowledgeForm)
        key = derived_id(flag_id, f"seen:{person.account}") if isinstance(form, FormErrors) else form.key
        await desk.acknowledge(flag_id, key, person)
        back = "/" if not isinstance(form, FormErrors) and form.back == "/" else "/flags"
        return pages.redirect(request, back, flash=_("Đã xác nhận."))

    return routes


def acknowledgement_keys(flag_ids: list[str], person: Person) -> dict[str, str]:
    """One id per flag and person: pressing twice acknowledges once."""
    return {flag_id: derived_id(flag_id, f"seen:{person.account}") for flag_id in flag_ids}
