"""The front page: a field officer's post, everybody else's overview."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.checkpoints.flags.desk import agency_shown_to
from services.checkpoints.flags.domain import KIND_TEXTS
from services.checkpoints.flags.pages import acknowledgement_keys
from services.checkpoints.flags.store import MongoFlags
from services.checkpoints.passes.domain import Pass
from services.checkpoints.passes.store import MongoPasses
from services.checkpoints.passes.wording import REASONS, TITLES, TONES
from services.checkpoints.posts.duty import COMMAND, belongs_to
from shared.pending import Versioned
from shared.profile import Profile
from shared.security import Person, Role
from shared.security.wiring import require_page
from shared.web.pages import Pages

AnyStaff = Annotated[Person, require_page()]
_FLAGS = 10
_PASSES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What the overview shows."""

    flags: MongoFlags
    passes: MongoPasses
    profile: Profile

    async def passes_for(self, person: Person) -> Sequence[Versioned[Pass]] | None:
        """The newest passes; None for those whom they do not concern."""
        sees = belongs_to(person, COMMAND, "police", "cdc") or Role.OPERATOR in person.roles
        return await self.passes.newest(limit=_PASSES) if sees else None


def router(overview: Overview, pages: Pages) -> APIRouter:
    """The front page."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    async def show_front(request: Request, person: AnyStaff) -> Response:
        if Role.FIELD_OFFICER in person.roles and person.post is not None:
            return pages.redirect(request, f"/posts/{person.post}")
        agency = agency_shown_to(person)
        flags = await overview.flags.newest(limit=_FLAGS, agency=agency, is_open=True)
        return pages.render(
            request,
            "checkpoints_front.html",
            person=person,
            flags=flags,
            waiting=await overview.flags.count_open(agency),
            keys=acknowledgement_keys([each.id for each in flags], person),
            passes=await overview.passes_for(person),
            may_record=belongs_to(person, COMMAND),
            all_posts=overview.profile.posts,
            posts={post.id: post.name for post in overview.profile.posts},
            kinds=KIND_TEXTS,
            titles=TITLES,
            tones=TONES,
            reasons=REASONS,
        )

    return routes
