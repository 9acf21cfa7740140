from typing import Any, cast

import pytest

from services.intake.reports.pages import FormPage, first_values
from services.intake.reports.progress import What
from services.intake.reports.telling import told
from services.intake.reports.wording import KINDS
from shared.errors import FieldProblem, Text
from shared.http.forms import FormErrors, FormValues
from tests.unit.services.intake.builders import a_report, a_step, hue, intake_pages, minutes, tracked
from tests.unit.shared.web.builders import a_request
from tests.unit.shared.web.markup_faults import faults_of

FORM = FormPage(intake_pages(), hue())
LANGUAGES = ("vi", "en")


def form_of(kind: str, **headers: str) -> str:
    return bytes(FORM.render(a_request("/reports/new", **headers), first_values(kind)).body).decode()


def tracking(*steps: Any, language: str = "vi", **fields: Any) -> str:
    pages = intake_pages()
    story = told(
        tracked(*steps, **fields),
        hue(),
        cast(Any, language),
        lambda s: pages.translated(cast(Any, language), s),
        minutes(10),
    )
    request = a_request(f"/track/{story.code}", accept_language=language)
    return bytes(pages.render(request, "tracking.html", told=story).body).decode()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [*KINDS, ""])
def test_the_form_of_every_kind_is_good_html(kind: str, language: str) -> None:
    assert faults_of(form_of(kind, accept_language=language)) == []


def test_a_form_carries_an_id_of_its_own() -> None:
    first, second = form_of("question"), form_of("question")
    assert first != second


def test_signs_of_danger_are_asked_for_where_somebody_may_be_ill() -> None:
    assert "severe_signs" in form_of("suspected_infection")
    assert "severe_signs" not in form_of("violation")


def test_who_reports_a_violation_stays_confidential_unless_they_say_otherwise() -> None:
    assert 'name="confidential" value="yes" checked' in form_of("violation")
    assert 'name="confidential" value="yes" checked' not in form_of("question")


def test_a_refused_form_keeps_what_was_typed_and_its_id() -> None:
    id_ = "019a0b7e-3c1d-7e52-9c55-0d7b1f0f8a11"
    typed = FormErrors(
        FormValues({"kind": "suspected_infection", "words": "Sốt <cao>", "phone": "abc", "id": id_}),
        {"severe_signs": ("blue_lips",)},
        (FieldProblem("phone", Text("Số điện thoại không đúng.", "This is no phone number.")),),
    )
    html = bytes(FORM.refused(a_request(), typed).body).decode()
    assert faults_of(html) == []
    assert "Sốt &lt;cao&gt;" in html
    assert id_ in html
    assert 'value="blue_lips" checked' in html
    assert html.count("Số điện thoại không đúng.") == 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", What)
def test_the_tracking_page_is_good_html_at_every_step(what: What, language: str) -> None:
    assert faults_of(tracking(a_step(What.ASSIGNED), a_step(what, 2, text="Xin <chào>"), language=language)) == []


def test_the_tracking_page_of_a_closed_case_asks_for_stars_and_offers_to_reopen() -> None:
    html = tracking(a_step(What.RESOLVED, closed=True))
    assert faults_of(html) == []
    assert 'name="stars" value="5"' in html
    assert "/reopen" in html
    assert "/withdraw" not in html


def test_danger_comes_before_the_next_step_and_the_code() -> None:
    html = tracking(report=a_report(severe=True))
    assert html.index('class="emergency"') < html.index('class="next-step"') < html.index('class="code-large"')


def test_the_moving_parts_each_have_an_id_to_be_replaced_by() -> None:
    pages = intake_pages()
    story = told(tracked(a_step(What.ASKED)), hue(), "vi", lambda s: s, minutes(1))
    fragment = pages.fragment("vi", "tracking.html", "story", told=story)
    whole = tracking(a_step(What.ASKED))
    for part in ("now", "code-card", "stations", "choices", "moments"):
        assert f'id="{part}"' in fragment
        assert f'id="{part}"' in whole
