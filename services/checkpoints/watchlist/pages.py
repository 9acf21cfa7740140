"""The desk of the watch list: add, find, end. Searches are POST, for addresses are logged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse, Response

from services.checkpoints.posts.duty import require_agency
from services.checkpoints.site.positions import cursor_of, position_of
from services.checkpoints.watchlist.commands import EndForm, FindEntries, WatchForm
from services.checkpoints.watchlist.desk import SOURCES, WatchDesk
from services.checkpoints.watchlist.domain import REASON_TEXTS, Entry, WatchBy
from shared.clock import HANOI
from shared.http import Cursor, FormErrors, FormValues, language_of, read_form
from shared.ids import new_id
from shared.pending import Versioned
from shared.security import Person, Role
from shared.security.wiring import require_page
from shared.web.language import mark as _
from shared.web.pages import Pages, errors_of

Officer = Annotated[Person, require_page(Role.OFFICER, Role.COMMITTEE)]
EntryId = Annotated[str, Path(max_length=64)]
_PAGE = 50
_USUAL = timedelta(days=14)

NAMES: Mapping[WatchBy, str] = {
    WatchBy.PLATE: _("Biển số"),
    WatchBy.CCCD: _("Số căn cước"),
    WatchBy.PHONE: _("Số điện thoại"),
    WatchBy.NAME: _("Họ và tên"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchScreens:
    """What the pages of the watch list show."""

    desk: WatchDesk
    pages: Pages

    def list(
        self,
        request: Request,
        person: Person,
        entries: Sequence[Versioned[Entry]],
        refused: FormErrors | None = None,
        **context: Any,
    ) -> HTMLResponse:
        given: dict[str, Any] = {"is_search": False, "next": ""}
        return self._render(request, "watchlist.html", person, refused, entries=entries, **(given | context))

    def form(
        self, request: Request, person: Person, form: FormValues, refused: FormErrors | None = None
    ) -> HTMLResponse:
        return self._render(request, "watch_form.html", person, refused, form=form)

    def ending(
        self, request: Request, person: Person, stored: Versioned[Entry], refused: FormErrors | None = None
    ) -> HTMLResponse:
        return self._render(
            request, "watch_end.html", person, refused, id=stored.id, entry=stored.state, key=new_id()
        )

    def _render(
        self, request: Request, name: str, person: Person, refused: FormErrors | None, **context: Any
    ) -> HTMLResponse:
        language = language_of(request)
        kinds = [(by.value, self.pages.translated(language, label)) for by, label in NAMES.items()]
        given: dict[str, Any] = {
            "form": refused.values if refused else FormValues({}),
            "kinds": kinds,
            "names": NAMES,
        }
        return self.pages.render(
            request,
            name,
            person=person,
            status=422 if refused else 200,
            errors=errors_of(refused.problems) if refused else {},
            reasons=REASON_TEXTS,
            **(given | context),
        )


def router(screens: WatchScreens) -> APIRouter:
    """The pages of the watch list."""
    desk, pages = screens.desk, screens.pages
    routes = APIRouter(include_in_schema=False)

    @routes.get("/watchlist")
    async def list_entries(request: Request, person: Officer, cursor: Cursor = None) -> HTMLResponse:
        require_agency(person, *SOURCES)
        found = await desk.watchlist.newest(limit=_PAGE, before=position_of(cursor))
        after = cursor_of(found[-1].state.added_at, found[-1].id) if len(found) == _PAGE else None
        return screens.list(request, person, found, next=f"/watchlist?cursor={after}" if after else "")

    @routes.post("/watchlist/find")
    async def find_entries(request: Request, person: Officer) -> HTMLResponse:
        require_agency(person, *SOURCES)
        form = await read_form(request, FindEntries)
        if isinstance(form, FormErrors):
            return screens.list(request, person, [], form, is_search=True)
        return screens.list(request, person, await desk.find(form, person), is_search=True)

    @routes.get("/watchlist/new")
    async def new_entry(request: Request, person: Officer) -> HTMLResponse:
        require_agency(person, *SOURCES)
        until = (desk.clock() + _USUAL).astimezone(HANOI)
        given = {"id": new_id(), "expires_at": f"{until:%Y-%m-%dT%H:%M}"}
        return screens.form(request, person, FormValues(given))

    @routes.post("/watchlist")
    async def add_entry(request: Request, person: Officer) -> Response:
        require_agency(person, *SOURCES)
        form = await read_form(request, WatchForm)
        if isinstance(form, FormErrors):
            return screens.form(request, person, form.values, form)
        await desk.add(form.id, form.command, person)
        return pages.redirect(request, "/watchlist", flash=_("Đã thêm. Các chốt biết ngay từ lúc này."))

    @routes.get("/watchlist/{entry_id}/end")
    async def ask_to_end(request: Request, entry_id: EntryId, person: Officer) -> HTMLResponse:
        require_agency(person, *SOURCES)
        return screens.ending(request, person, await desk.watchlist.aggregates.get(entry_id))

    @routes.post("/watchlist/{entry_id}/end")
    async def end_entry(request: Request, entry_id: EntryId, person: Officer) -> Response:
        require_agency(person, *SOURCES)
        form = await read_form(request, EndForm)
        if isinstance(form, FormErrors):
            return screens.ending(request, person, await desk.watchlist.aggregates.get(entry_id), form)
        await desk.end(entry_id, form.command, form.key, person)
        return pages.redirect(request, "/watchlist", flash=_("Đã kết thúc theo dõi."))

    return routes
