"""The form by which citizens report. Needs no JavaScript; nothing typed is ever lost to an error."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from services.intake.reports.commands import ReportForm
from services.intake.reports.desk import ReportDesk
from services.intake.reports.wording import KINDS, kind_of, kind_options, sign_options, ward_options
from shared.errors import Conflict, FieldProblem, Text, Unprocessable
from shared.events.reports import Channel, ReportKind
from shared.http.forms import FormErrors, FormValues, read_form
from shared.ids import new_id
from shared.mongo import AWAY
from shared.profile import Profile
from shared.rate_limits import RateLimit
from shared.security import FromOwnPage
from shared.text import read_record_id
from shared.web.language import Language, language_of
from shared.web.language import mark as _
from shared.web.pages import Pages, errors_of

_SENT_ALREADY = Text(
    vi="Phản ánh trước đã gửi xong với nội dung khác. Nếu đây là một phản ánh mới, xin bấm Gửi lần nữa.",
    en="The report before this one was sent with other content. If this is a new report, press Send again.",
)
_NOT_NOW = Text(
    vi="Hệ thống đang bận nên chưa lưu được. Nội dung vẫn còn dưới đây: xin bấm Gửi lần nữa sau ít giây.",
    en="The system is busy and could not save this. Your text is still below: press Send again in a few seconds.",
)


def router(desk: ReportDesk, pages: Pages) -> APIRouter:
    """Showing the form, and taking it."""
    routes = APIRouter(include_in_schema=False)
    shown = FormPage(pages, desk.profile)

    @routes.get("/reports/new")
    async def show_form(request: Request, kind: str = "") -> Response:
        return shown.render(request, first_values(kind))

    @routes.post("/reports/new", dependencies=[FromOwnPage, Depends(RateLimit("60/minute"))])
    async def submit_form(request: Request) -> Response:
        form = await read_form(request, ReportForm)
        if isinstance(form, FormErrors):
            return shown.refused(request, form)
        try:
            accepted = await desk.submit(form.id, form.command(), channel=Channel.PAGE)
        except Unprocessable as refusal:
            return shown.again(request, await typed(request, refusal.fields), status=422, id_=form.id)
        except Conflict:
            return shown.again(request, await typed(request), status=409, trouble=_SENT_ALREADY, id_=new_id())
        except AWAY:
            return shown.again(request, await typed(request), status=503, trouble=_NOT_NOW, id_=form.id)
        return pages.redirect(request, f"/track/{accepted.code}", flash=_("Chúng tôi đã nhận phản ánh của bạn."))

    return routes


def first_values(kind: str) -> FormValues:
    """What stands in a form before anybody has typed: who reports a violation is promised to stay confidential."""
    known = kind_of(kind)
    return FormValues({"kind": known or "", "confidential": "yes" if known is ReportKind.VIOLATION else ""})


async def typed(request: Request, problems: Sequence[FieldProblem] = ()) -> FormErrors:
    """Everything that was typed, from a form that reads well but is refused for another reason."""
    pairs = (await request.form()).multi_items()
    texts = [(name, value) for name, value in pairs if isinstance(value, str)]
    lists = {name: tuple(value for other, value in texts if other == name) for name, _value in texts}
    return FormErrors(FormValues(dict(texts)), lists, tuple(problems))


class FormPage:
    """The form with what was typed and what is wrong with it."""

    def __init__(self, pages: Pages, profile: Profile) -> None:
        self._pages = pages
        self._profile = profile

    def refused(self, request: Request, form: FormErrors) -> Response:
        """As it was sent, with what to correct."""
        id_ = read_record_id(form.values.id) or new_id()
        return self.again(request, form, status=422, id_=id_)

    def again(
        self, request: Request, form: FormErrors, *, status: int, id_: str, trouble: Text | None = None
    ) -> Response:
        """As it was sent, with what stands in the way."""
        return self.render(
            request,
            form.values,
            status=status,
            id_=id_,
            trouble=trouble,
            errors=errors_of(form.problems),
            chosen=form.chosen("severe_signs"),
        )

    def render(
        self,
        request: Request,
        form: FormValues,
        *,
        status: int = 200,
        id_: str | None = None,
        trouble: Text | None = None,
        errors: Mapping[str, Text] | None = None,
        chosen: Sequence[str] = (),
    ) -> Response:
        language = language_of(request)
        kind = kind_of(form.kind)
        return self._pages.render(
            request,
            "report_form.html",
            status=status,
            headers={"Retry-After": "5"} if status == 503 else None,  # noqa: PLR2004 - the status of "not now"
            id=id_ or new_id(),
            form=form,
            errors=errors or {},
            trouble=trouble,
            chosen=chosen,
            kind=kind,
            words=KINDS[kind] if kind else None,
            **self.options(language),
        )

    def options(self, language: Language) -> dict[str, Any]:
        """What can be chosen, in the page's language."""

        def say(label: str) -> str:
            return self._pages.translated(language, label)

        return {
            "kinds": kind_options(say),
            "signs": sign_options(say),
            "wards": ward_options(self._profile, language),
        }
