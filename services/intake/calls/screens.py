"""The console's two screens with what they show: the desk, and one call."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request, Response

from services.intake.calls.desk import CallDesk, OpenCall
from services.intake.calls.domain import CallStatus
from services.intake.calls.wording import OUTCOMES, STATUSES, spelled
from services.intake.reports.desk import Tracked
from services.intake.reports.wording import KINDS, Say, kind_options, sign_options, ward_options
from shared.errors import Refusal
from shared.http.forms import FormErrors, FormValues
from shared.ids import new_id
from shared.security import Person
from shared.web.formats import phone
from shared.web.language import Language, language_of
from shared.web.pages import Pages, errors_of


class CallScreens:
    """Renders the console.

    Args:
        desk: the hotline's desk.
        pages: the templates.
    """

    def __init__(self, desk: CallDesk, pages: Pages) -> None:
        self._desk = desk
        self._pages = pages

    async def desk(
        self, request: Request, taker: Person, form: FormErrors | None = None, refusal: Refusal | None = None
    ) -> Response:
        """Who rings, a call taken by hand, one's own open calls, the last ones that are over."""
        calls = self._desk.calls
        return self._pages.render(
            request,
            "calls_desk.html",
            person=taker,
            status=refusal.status if refusal else 422 if form else 200,
            ringing=await calls.ringing(),
            mine=await calls.open_of(taker.account),
            over=await calls.newest(),
            statuses=STATUSES,
            outcomes=OUTCOMES,
            id=new_id(),
            refusal=refusal,
            form=form.values if form else FormValues({}),
            errors=errors_of(form.problems) if form else {},
        )

    async def call(
        self,
        request: Request,
        call_id: str,
        taker: Person,
        form: FormErrors | None = None,
        refusal: Refusal | None = None,
    ) -> Response:
        """One call: to be written down, to be recorded, or over; one that rings is answered from the desk."""
        call = await self._desk.calls.aggregates.get(call_id)
        if call.state.status is CallStatus.RINGING:
            return self._pages.redirect(request, "/console")
        opened = await self._desk.open(call_id, taker)
        language = language_of(request)
        return self._pages.render(
            request,
            "call.html",
            person=taker,
            status=refusal.status if refusal else 422 if form else 200,
            refusal=refusal,
            opened=opened,
            call=opened.call.state,
            code=spelled(opened.report.code, language) if opened.report else (),
            form=form.values if form else _draft_values(opened),
            chosen=form.chosen("severe_signs") if form else opened.draft.severe_signs,
            errors=errors_of(form.problems) if form else {},
            history=self._history(opened.history, language),
            **self._options(language),
        )

    def _options(self, language: Language) -> dict[str, Any]:
        say = self._say(language)
        return {
            "kinds": kind_options(say),
            "signs": sign_options(say),
            "wards": ward_options(self._desk.reports.profile, language),
            "scripts": [
                (kind, say(words.name), [say(line) for line in words.script]) for kind, words in KINDS.items()
            ],
            "outcomes": [(outcome, say(label)) for outcome, label in OUTCOMES.items()],
            "statuses": STATUSES,
        }

    def _history(self, reports: Sequence[Tracked], language: Language) -> list[Mapping[str, Any]]:
        say = self._say(language)
        return [
            {
                "kind": say(KINDS[each.report.state.kind].name),
                "at": each.report.state.received_at,
                "words": each.report.state.words,
                "code": each.code,
                "stage": each.picture.stage,
            }
            for each in reports
        ]

    def _say(self, language: Language) -> Say:
        return lambda label: self._pages.translated(language, label)


def _draft_values(opened: OpenCall) -> FormValues:
    """What was typed so far; the number that calls stands ready to be called back."""
    typed = {name: value for name, value in opened.draft if isinstance(value, str)}
    return FormValues({"phone": phone(opened.phone or ""), **typed})
