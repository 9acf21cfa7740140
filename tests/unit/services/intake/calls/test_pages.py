from typing import Any

import pytest

from services.intake.calls.commands import CallDraft
from services.intake.calls.desk import OpenCall
from services.intake.calls.domain import Call, CallStatus
from services.intake.calls.wording import OUTCOMES, STATUSES, spelled
from services.intake.reports.wording import KINDS, kind_options, sign_options, ward_options
from shared.events.reports import CallOutcome
from shared.http.forms import FormValues
from shared.pending import Versioned
from tests.unit.services.intake.builders import CODE, a_call, a_report, hue, intake_pages, minutes, tracked
from tests.unit.shared.web.builders import a_person, a_request
from tests.unit.shared.web.markup_faults import faults_of

TAKER = a_person(roles=frozenset({"call_taker"}), agency=None)


def stored(**fields: Any) -> Versioned[Call]:
    return Versioned("c-1", 1, a_call(**fields))


def desk(**context: Any) -> str:
    given: dict[str, Any] = {
        "ringing": [], "mine": [], "over": [], "statuses": STATUSES, "outcomes": OUTCOMES, "id": "x", "refusal": None,
        "form": FormValues({}), "errors": {},
    }  # fmt: skip
    response = intake_pages().render(a_request("/console"), "calls_desk.html", person=TAKER, **{**given, **context})
    return bytes(response.body).decode()


def screen(call: Versioned[Call], *, report: Any = None, **context: Any) -> str:
    opened = OpenCall(call=call, phone="+84905123456", draft=CallDraft(), report=report, history=[])
    given: dict[str, Any] = {
        "opened": opened, "call": call.state, "code": spelled(CODE, "vi") if report else (), "refusal": None,
        "form": FormValues({}), "chosen": (), "errors": {}, "history": [], "statuses": STATUSES,
        "kinds": kind_options(str), "signs": sign_options(str), "wards": ward_options(hue(), "vi"),
        "scripts": [(kind, words.name, words.script) for kind, words in KINDS.items()],
        "outcomes": list(OUTCOMES.items()),
    }  # fmt: skip
    response = intake_pages().render(
        a_request("/console/calls/c-1"), "call.html", person=TAKER, **{**given, **context}
    )
    return bytes(response.body).decode()


def test_the_desk_is_good_html_with_and_without_calls() -> None:
    busy = desk(
        ringing=[Versioned(f"c-{n}", 1, a_call(rang_at=minutes(n))) for n in range(3)],
        mine=[stored(status=CallStatus.ANSWERED, operator="a-1", answered_at=minutes(1))],
        over=[stored(status=CallStatus.MISSED), stored(status=CallStatus.ENDED, outcome=CallOutcome.PRANK)],
    )
    assert faults_of(desk()) == []
    assert faults_of(busy) == []


def test_buttons_of_the_live_list_belong_to_the_form_with_the_token() -> None:
    html = desk(ringing=[stored()])
    assert 'form="answer-call" formaction="/console/calls/c-1/answer"' in html
    assert html.index('<form id="answer-call"') < html.index("token-of-s-1", html.index('<form id="answer-call"'))


def test_only_the_longest_waiting_answers_to_the_key() -> None:
    assert desk(ringing=[stored(), Versioned("c-2", 1, a_call())]).count('data-key="a"') == 1


@pytest.mark.parametrize("status", [CallStatus.ANSWERED, CallStatus.MISSED, CallStatus.ENDED])
def test_the_screen_of_a_call_is_good_html(status: CallStatus) -> None:
    over = CallOutcome.COUNSELLING if status is CallStatus.ENDED else None
    call = stored(status=status, operator="a-1", answered_at=minutes(1), outcome=over)
    assert faults_of(screen(call)) == []
    assert faults_of(screen(call, report=tracked(report=a_report(severe=True)))) == []


def test_the_code_is_there_to_be_read_aloud() -> None:
    call = stored(status=CallStatus.ANSWERED, operator="a-1", answered_at=minutes(1), report_id="r-1")
    html = screen(call, report=tracked())
    assert '<p class="code-large" translate="no"><span>68ZA</span><span>T1H4</span>' in html
    assert "<strong>H</strong> Huế" in html
    assert "data-draft" not in html
