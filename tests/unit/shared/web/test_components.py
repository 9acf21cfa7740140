import re
from typing import Any

import pytest

from shared.errors import Text
from tests.unit.shared.web.builders import TEMPLATES, a_person, a_request, before, some_pages
from tests.unit.shared.web.markup_faults import faults_of

LAYOUTS = ("citizen.html", "console.html", "field.html", "screen.html")
EVIL = "<script>alert(1)</script>\"' onload=x"
WRONG = {"subject.phone": Text("Cần mười chữ số.", "Ten digits are needed.")}
PAGES = some_pages()


def everything(layout: str = "citizen.html", query: str = "", **context: Any) -> str:
    given = {"errors": WRONG, "evil": EVIL, "before": before(hours=2), "layout": layout, **context}
    response = PAGES.render(a_request(query=query), "everything.html", person=a_person(), **given)
    return bytes(response.body).decode()


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_component_makes_sound_html_in_every_layout(layout: str, language: str) -> None:
    assert faults_of(everything(layout, f"lang={language}")) == []


def test_no_component_is_left_out_of_this_test() -> None:
    environment = PAGES._environments["vi"]
    offered = {name for name in vars(environment.globals["ui"]) if not name.startswith("_")}
    modules = {"forms", "choices", "notices", "progress", "tables", "figures", "marks", "navigation"}
    shown = set(re.findall(r"ui\.(\w+)", (TEMPLATES / "everything.html").read_text("utf-8")))
    in_layouts = {"live_status"}
    assert offered - modules - shown - in_layouts == set()


def test_what_people_wrote_never_becomes_markup() -> None:
    assert "<script>alert" not in everything()
    assert everything().count("&lt;script&gt;alert(1)") >= 10


def test_an_error_is_read_with_its_field_and_linked_from_the_summary() -> None:
    html = everything()
    assert 'aria-describedby="f-subject-phone-hint f-subject-phone-error" aria-invalid="true"' in html
    assert '<a href="#f-subject-phone">Cần mười chữ số.</a>' in html


def test_keyword_arguments_become_attributes_and_none_is_left_out() -> None:
    html = everything()
    assert 'autocomplete="tel" data-mask>' in html
    assert "hx-get" not in html


def test_a_field_that_may_stay_empty_says_so() -> None:
    assert 'Tên gọi <span class="optional">(không bắt buộc)</span>' in everything()


def test_multi_line_text_keeps_its_first_line_break() -> None:
    html = PAGES.fragment("vi", "components_words.html", "content", value="\nHai dòng")
    assert re.search(r"<textarea[^>]*>\n\nHai dòng</textarea>", html)


def test_a_figure_that_has_grown_old_says_since_when() -> None:
    html = everything()
    assert "cũ: lúc <time" in html
    assert "chưa có số liệu" in html
    assert re.search(r'class="tile is-stale" id="t-beds"', html)


def test_a_code_is_shown_in_groups_but_copied_bare() -> None:
    assert "<span>7K3M</span><span>9QXW</span><span>2ART</span><span>P5</span>" in everything()


def test_urgency_is_said_in_words() -> None:
    html = everything(query="lang=en")
    for word in ("Emergency", "High", "Normal", "Low"):
        assert f">{word}</span>" in html


def test_forms_of_a_signed_in_person_carry_their_token() -> None:
    assert everything().count('<input type="hidden" name="csrf_token" value="token-of-s-1">') == 3


def test_live_pages_reload_by_themselves_without_javascript() -> None:
    assert '<noscript><meta http-equiv="refresh" content="30"></noscript>' in everything("console.html")
