"""The overview as a page, at a desk and on a wall."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, StreamingResponse

from services.notifications.situation.board import SituationBoard
from shared.http import language_of
from shared.security import Person
from shared.security.wiring import require_page
from shared.web.pages import Pages
from shared.web.stream import EventStream

Staff = Annotated[Person, require_page()]


def router(board: SituationBoard, pages: Pages, streams: EventStream) -> APIRouter:
    """`/situation`, with `?screen=1` for a wall, and its stream."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/situation")
    async def show_situation(request: Request, person: Staff) -> HTMLResponse:
        layout = "screen.html" if "screen" in request.query_params else "console.html"
        context = await board.context()
        return pages.render(request, "situation.html", person=person, layout=layout, **context)

    @routes.get("/situation/stream")
    async def follow_situation(request: Request, _person: Staff) -> StreamingResponse:
        return streams.stream(request, await board.listen(language_of(request)))

    return routes
