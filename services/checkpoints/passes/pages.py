"""The officer's page at a post, and the verdict on one pass. Works without JavaScript; with it, offline too."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse, Response

from services.checkpoints.passes.commands import OverrideForm, PassForm
from services.checkpoints.passes.desk import PassDesk
from services.checkpoints.passes.wording import REASONS, TITLES, TONES
from services.checkpoints.permits.desk import code_doubt
from services.checkpoints.posts.domain import require_post
from services.checkpoints.posts.duty import COMMAND, belongs_to, post_of
from shared.errors import Text
from shared.http import FormErrors, FormValues, read_form
from shared.ids import new_id
from shared.profile import Post
from shared.security import Person, Role
from shared.security.wiring import require_page
from shared.web.language import mark as _
from shared.web.pages import Pages, errors_of

Officer = Annotated[Person, require_page(Role.FIELD_OFFICER, Role.OFFICER, Role.COMMITTEE)]
Supervisor = Annotated[Person, require_page(Role.OFFICER, Role.COMMITTEE)]
PostId = Annotated[str, Path(max_length=64)]
PassId = Annotated[str, Path(max_length=64)]

_MORE = ("temperature", "coming_from", "name", "cccd", "phone", "trailer", "lane")


def router(desk: PassDesk, pages: Pages) -> APIRouter:
    """The pages of passes."""
    routes = APIRouter(include_in_schema=False)

    def form_page(
        request: Request, person: Person, post: Post, form: FormValues, errors: dict[str, Text], status: int = 200
    ) -> HTMLResponse:
        return pages.render(
            request,
            "pass_form.html",
            person=person,
            status=status,
            post=post,
            pass_id=form.pass_id or new_id(),
            form=form,
            errors=errors,
            doubtful="permit_code" in errors,
            more=any(form[name] or name in errors for name in _MORE[:-1]),
            lanes=[(lane, lane) for lane in range(1, post.lanes + 1)],
        )

    @routes.get("/posts/{post_id}")
    async def show_form(request: Request, post_id: PostId, person: Officer) -> HTMLResponse:
        post = require_post(desk.profile, post_of(person, post_id))
        begin = {name: request.query_params.get(name, "")[:10] for name in ("direction", "lane")}
        return form_page(request, person, post, FormValues(begin), {})

    @routes.post("/posts/{post_id}/passes")
    async def record_pass(request: Request, post_id: PostId, person: Officer) -> Response:
        post = require_post(desk.profile, post_of(person, post_id))
        form = await read_form(request, PassForm)
        if isinstance(form, FormErrors):
            return form_page(request, person, post, form.values, errors_of(form.problems), 422)
        doubt = None if form.code_as_is else code_doubt(form.permit_code)
        if doubt is not None:
            return form_page(request, person, post, form.typed(), {"permit_code": doubt}, 422)
        await desk.record(form.pass_id, form.observed(post.id), person)
        return pages.redirect(request, f"/passes/{form.pass_id}")

    @routes.get("/passes/{pass_id}")
    async def show_verdict(request: Request, pass_id: PassId, person: Officer) -> HTMLResponse:
        stored = await desk.passes.aggregates.get(pass_id)
        seen = stored.state
        if not belongs_to(person, COMMAND, "police", "cdc"):
            post_of(person, seen.post)
        return pages.render(
            request,
            "pass_verdict.html",
            person=person,
            pass_id=pass_id,
            seen=seen,
            seen_title=TITLES[seen.verdict],
            tone=TONES[seen.verdict],
            reasons=[REASONS[reason] for reason in seen.reasons],
            post=require_post(desk.profile, seen.post),
            again=f"/posts/{seen.post}?direction={seen.direction.value}&lane={seen.lane}",
            may_override=belongs_to(person, COMMAND),
            titles=TITLES,
            key=new_id(),
        )

    @routes.post("/passes/{pass_id}/override")
    async def override_verdict(request: Request, pass_id: PassId, person: Supervisor) -> Response:
        form = await read_form(request, OverrideForm)
        if isinstance(form, FormErrors):
            return pages.redirect(request, f"/passes/{pass_id}", flash=_("Hãy chọn kết luận và viết lý do."))
        await desk.override(pass_id, form.command, form.key, person)
        return pages.redirect(request, f"/passes/{pass_id}", flash=_("Đã ghi quyết định."))

    return routes
