"""What the press desk's routes show."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from fastapi import Request
from starlette.responses import HTMLResponse

from services.notifications.alerts.audience import Audience
from services.notifications.alerts.commands import CancelAlert, DraftAlertForm
from services.notifications.alerts.desk import AlertDesk
from services.notifications.alerts.domain import Alert, AlertStatus
from services.notifications.alerts.wording import SEVERITIES, STAGES, TONES
from services.notifications.deliveries.domain import What
from services.notifications.deliveries.ledger import Ledger, next_cursor
from services.notifications.deliveries.messages import alert_message
from shared.clock import HANOI
from shared.errors import Refusal
from shared.http import FormErrors, FormValues, decode_cursor, language_of
from shared.pending import Versioned
from shared.security import Person
from shared.web.language import Language
from shared.web.language import mark as _
from shared.web.pages import Pages, errors_of
from shared.web.stream import Message

_ROWS = 50

WORDS: dict[str, Any] = {"severities": SEVERITIES, "stages": STAGES, "tones": TONES}
_EVENT_ID = "00000000-0000-0000-0000-000000000000"
"""Stands where the event's id will be, which is known only once it is published."""


class DeskScreens:
    """What the desk's routes show."""

    def __init__(self, desk: AlertDesk, audience: Audience, ledger: Ledger, pages: Pages) -> None:
        self._desk = desk
        self._audience = audience
        self._ledger = ledger
        self._pages = pages
        self._wards = {ward.id: ward.title for ward in desk.profile.wards}

    def form(
        self,
        request: Request,
        person: Person,
        form: FormValues,
        *,
        wards: tuple[str, ...] = (),
        errors: dict[str, Any] | None = None,
    ) -> HTMLResponse:
        return self._pages.render(
            request,
            "alert_form.html",
            person=person,
            status=422 if errors else 200,
            form=form,
            chosen=wards,
            errors=errors or {},
            wards=self._wards,
            severities=SEVERITIES,
        )

    def form_again(
        self, request: Request, person: Person, form: DraftAlertForm | FormErrors, refusal: Refusal | None = None
    ) -> HTMLResponse:
        if isinstance(form, FormErrors):
            return self.form(
                request, person, form.values, wards=form.chosen("wards"), errors={**errors_of(form.problems)}
            )
        fields = dict(typed_fields(form)) | {"expires_at": local_moment(form.expires_at)}
        errors: dict[str, Any] = {**errors_of(refusal.fields)} if refusal else {}
        return self.form(request, person, FormValues(fields), wards=form.wards, errors=errors)

    async def preview(self, request: Request, person: Person, form: DraftAlertForm | FormErrors) -> HTMLResponse:
        """Exactly what would go out; a form that may not pass is shown again."""
        if isinstance(form, FormErrors):
            return self.form_again(request, person, form)
        try:
            alert = self._desk.check(form.command)
        except Refusal as refusal:
            return self.form_again(request, person, form, refusal)
        context = await self.outgoing(form.id, alert) | {"values": typed_fields(form)}
        return self._pages.render(request, "alert_preview.html", person=person, **context, **WORDS)

    async def one(
        self, request: Request, person: Person, found: Versioned[Alert], cursor: str | None
    ) -> HTMLResponse:
        """One alert with what may be done with it, and what became of its messages."""
        context = await self.outgoing(found.id, found.state) | await self.progress(found.id, cursor)
        return self._pages.render(request, "alert_desk.html", person=person, alert_id=found.id, **context, **WORDS)

    async def outgoing(self, alert_id: str, alert: Alert) -> dict[str, Any]:
        """What the macro `outgoing` needs: the alert, whom it reaches, and the bytes subscribers get."""
        origin = self._pages.site.origins["notifications"]
        message = alert_message(What.PUBLISHED, _EVENT_ID, alert_id, alert, origin)
        return {
            "alert": alert,
            "reached": await self._audience.of(alert.wards),
            "message": message.decode(),
            "wards": self._wards,
        }

    async def progress(self, alert_id: str, cursor: str | None = None) -> dict[str, Any]:
        """What became of the messages: the block `progress`."""
        what, delivery_id = decode_cursor(cursor, (str, str)) if cursor else ("", "")
        entries = await self._ledger.page(alert_id, limit=_ROWS, after=(what, delivery_id) if cursor else None)
        return {
            "tally": await self._ledger.tally(alert_id),
            "entries": entries,
            "next_page": next_cursor(entries, _ROWS),
            "as_of": self._desk.clock(),
        }

    async def follow(self, alert_id: str, language: Language) -> AsyncIterator[Message]:
        """The progress of one alert's messages, whenever it has changed; a few officers look at a time."""
        shown: object = None
        while True:
            context = await self.progress(alert_id)
            figures = (context["tally"], context["entries"])
            if figures != shown:
                shown = figures
                html = self._pages.fragment(
                    language, "alert_desk.html", "progress", alert_id=alert_id, **context, **WORDS
                )
                yield Message(data=html)
            await asyncio.sleep(1)

    async def confirm_publication(self, request: Request, person: Person, found: Versioned[Alert]) -> HTMLResponse:
        reached = await self._audience.of(found.state.wards)
        return self._confirm(
            request,
            person,
            found,
            title=_("Phát cảnh báo?"),
            consequence=_("Cảnh báo đến ngay mọi người dưới đây và không thu hồi được, chỉ hủy được bằng tin hủy."),
            facts=[
                (_("Phần mềm nhận qua webhook"), str(reached.webhooks)),
                (_("Màn hình đang mở trên máy chủ này"), str(reached.screens)),
            ],
            action=f"/desk/alerts/{found.id}/publish",
            label=_("Duyệt và phát"),
        )

    async def confirm_cancellation(
        self, request: Request, person: Person, found: Versioned[Alert], form: CancelAlert | FormErrors
    ) -> HTMLResponse:
        if isinstance(form, FormErrors):
            return self.cancel_form(request, person, found, form.values, form)
        reached = await self._audience.of(found.state.wards)
        is_out = found.state.status is AlertStatus.PUBLISHED
        return self._confirm(
            request,
            person,
            found,
            title=_("Hủy cảnh báo?"),
            consequence=_("Mọi người đã nhận sẽ nhận tin hủy với lý do dưới đây.")
            if is_out
            else _("Bản nháp bị bỏ; chưa ai nhận được gì."),
            facts=[
                (_("Lý do"), form.reason_vi),
                (_("Lý do bằng tiếng Anh"), form.reason_en or "–"),
                (_("Phần mềm nhận qua webhook"), str(reached.webhooks if is_out else 0)),
            ],
            action=f"/desk/alerts/{found.id}/cancel",
            label=_("Hủy cảnh báo"),
            values={"reason_vi": form.reason_vi, "reason_en": form.reason_en or ""},
        )

    def cancel_form(
        self,
        request: Request,
        person: Person,
        found: Versioned[Alert],
        form: FormValues,
        wrong: FormErrors | None = None,
    ) -> HTMLResponse:
        return self._pages.render(
            request,
            "alert_cancel.html",
            person=person,
            status=422 if wrong else 200,
            alert_id=found.id,
            alert=found.state,
            form=form,
            errors=errors_of(wrong.problems) if wrong else {},
        )

    def _confirm(
        self,
        request: Request,
        person: Person,
        found: Versioned[Alert],
        *,
        title: str,
        consequence: str,
        facts: list[tuple[str, str]],
        action: str,
        label: str,
        values: dict[str, str] | None = None,
    ) -> HTMLResponse:
        language = language_of(request)
        headline = found.state.headline.vi
        return self._pages.render(
            request,
            "confirm.html",
            person=person,
            layout="console.html",
            title=self._pages.translated(language, title),
            consequence=self._pages.translated(language, consequence),
            facts=[
                (self._pages.translated(language, _("Tiêu đề")), headline),
                *((self._pages.translated(language, term), text) for term, text in facts),
            ],
            action=action,
            values=values or {},
            label=self._pages.translated(language, label),
            back=f"/desk/alerts/{found.id}",
        )


def typed_fields(form: DraftAlertForm) -> list[tuple[str, str]]:
    """The form as hidden fields, wards one by one."""
    fields = form.model_dump(mode="json", exclude={"wards", "synthetic"}, exclude_none=True)
    marks = [("synthetic", "yes")] if form.synthetic else []
    return [
        *((name, str(value)) for name, value in fields.items()),
        *(("wards", ward) for ward in form.wards),
        *marks,
    ]


def local_moment(moment: datetime) -> str:
    """As a `datetime-local` field takes it."""
    return moment.astimezone(HANOI).strftime("%Y-%m-%dT%H:%M")
