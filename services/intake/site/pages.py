"""The citizens' front page."""

from fastapi import APIRouter, Request, Response

from services.intake.reports.wording import KINDS
from shared.profile import Profile
from shared.web.language import language_of
from shared.web.pages import Pages

_URGENT = "suspected_infection"


def router(pages: Pages, profile: Profile) -> APIRouter:
    """The front page."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    async def show_front_page(request: Request) -> Response:
        language = language_of(request)
        doors = [
            (
                pages.translated(language, words.name),
                f"/reports/new?kind={kind}",
                pages.translated(language, words.about),
                "danger" if kind == _URGENT else "",
            )
            for kind, words in KINDS.items()
        ]
        return pages.render(request, "front.html", doors=doors, red_flags=profile.answers.red_flags)

    return routes
