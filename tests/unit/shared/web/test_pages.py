import re
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError

from shared.errors import FieldProblem, NotFound, Text
from shared.web.pages import Pages, errors_of, is_partial
from tests.unit.shared.web.builders import TEMPLATES, a_person, a_request, a_site, some_pages
from tests.unit.shared.web.markup_faults import faults_of

FIRST_PAGE_LIMIT = 100_000
PAGES = some_pages()


def plain(query: str = "", **given: Any) -> str:
    return bytes(PAGES.render(a_request(query=query), "plain.html", rows=["a", "b"], **given).body).decode()


def test_a_page_speaks_vietnamese_and_english_when_asked() -> None:
    assert '<html lang="vi"' in plain()
    assert "<h1>Đăng nhập</h1>" in plain()
    assert '<html lang="en"' in plain("lang=en")
    assert "<h1>Sign in</h1>" in plain("lang=en")


def test_the_switch_keeps_the_rest_of_the_address() -> None:
    assert 'href="/board?state=open&amp;lang=en"' in plain("state=open&lang=vi")


def test_a_page_is_kept_by_no_cache() -> None:
    response = PAGES.render(a_request(), "plain.html", rows=[])
    assert response.headers["cache-control"] == "private, no-store"
    assert response.headers["content-language"] == "vi"


def test_a_block_alone_is_a_part_of_the_page() -> None:
    assert plain(block="rows") == '<p id="rows">a, b</p>'
    assert PAGES.fragment("en", "plain.html", "rows", rows=["<b>"]) == '<p id="rows">&lt;b&gt;</p>'


def test_a_name_that_nobody_gave_is_an_error_and_not_an_empty_place() -> None:
    with pytest.raises(UndefinedError, match="rows"):
        PAGES.render(a_request(), "plain.html")


def test_a_capability_s_template_goes_before_a_shared_one(tmp_path: Path) -> None:
    (tmp_path / "plain.html").write_text("own", encoding="utf-8")
    assert some_pages("routing", tmp_path).render(a_request(), "plain.html").body == b"own"


def test_the_bar_names_who_is_signed_in_with_role_and_agency() -> None:
    body = bytes(
        PAGES.render(a_request(), "refusal.html", person=a_person(), **refused("console.html")).body
    ).decode()
    assert "<strong>Trần Thị Hoa</strong>" in body
    assert "Điều phối viên · CDC Huế" in body
    assert 'href="http://localhost:8002/sign-out"' in body


def test_whoever_is_not_signed_in_is_led_to_the_sign_in_and_back() -> None:
    body = bytes(PAGES.render(a_request(query="a=1"), "refusal.html", **refused("console.html")).body).decode()
    assert 'href="http://localhost:8002/sign-in?next=http%3A//localhost%3A8002/board%3Fa%3D1"' in body


def refused(layout: str) -> dict[str, Any]:
    return {"layout": layout, "refusal": NotFound("no-case", Text("Không có.", "None.")), "trace": ""}


def test_htmx_sends_the_form_token_by_itself() -> None:
    body = bytes(
        PAGES.render(a_request(), "refusal.html", person=a_person(), **refused("console.html")).body
    ).decode()
    assert """<body hx-headers:inherited='{"X-CSRF-Token": "token-of-s-1"}'>""" in body


def test_the_bar_links_the_four_services() -> None:
    body = bytes(PAGES.render(a_request(), "refusal.html", **refused("console.html")).body).decode()
    for port in (8001, 8002, 8003, 8004):
        assert f'href="http://localhost:{port}/"' in body


def test_a_refusal_says_what_to_do_in_the_reader_s_language() -> None:
    problem = FieldProblem("code", Text("Mã có 14 ký tự.", "A code has 14 characters."))
    refusal = NotFound("no-report", Text("Không có mã này.", "No such code."), fields=[problem])
    response = PAGES.refusal(a_request(query="lang=en"), refusal, trace="4bf92f35")
    body = bytes(response.body).decode()
    assert response.status_code == 404
    assert all(words in body for words in ("No such code.", "A code has 14 characters.", "4bf92f35", "1900 1075"))
    assert faults_of(body) == []


@pytest.mark.parametrize("layout", ["citizen.html", "console.html", "field.html", "screen.html"])
def test_an_action_that_cannot_be_taken_back_shows_what_it_touches(layout: str) -> None:
    asked: dict[str, Any] = {
        "title": "Hủy cảnh báo",
        "consequence": "10.214 người sẽ nhận tin hủy.",
        "facts": [("Phạm vi", "Phường Thuận Hóa")],
        "action": "/alerts/1:cancel",
        "values": {"version": 3},
        "label": "Hủy cảnh báo này",
        "back": "/alerts/1",
    }
    response = PAGES.render(a_request(), "confirm.html", person=a_person(), layout=layout, **asked)
    body = bytes(response.body).decode()
    assert 'name="version" value="3"' in body
    assert 'name="csrf_token"' in body
    assert [fault for fault in faults_of(body) if "headings" not in fault] == []


def test_a_redirect_says_its_sentence_once_on_the_next_page() -> None:
    redirect = PAGES.redirect(a_request(query="lang=en"), "/calls", flash="Đăng nhập")
    cookie = redirect.headers["set-cookie"].partition(";")[0]
    following = PAGES.render(a_request(cookie=cookie), "plain.html", rows=[])
    assert (redirect.status_code, redirect.headers["location"]) == (303, "/calls")
    assert b'<p class="flash" role="status">Sign in</p>' in following.body
    assert "haivan_flash=" in following.headers["set-cookie"]


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "calls", ""])
def test_a_redirect_never_leads_elsewhere(to: str) -> None:
    with pytest.raises(ValueError, match="path of this service"):
        PAGES.redirect(a_request(), to)


def test_the_first_problem_of_a_field_is_the_one_shown() -> None:
    first, second = Text("Thiếu số.", "Missing."), Text("Sai dạng.", "Wrong form.")
    problems = [FieldProblem("phone", first), FieldProblem("phone", second)]
    assert errors_of(problems) == {"phone": first}


def test_htmx_asks_for_parts_and_browsers_for_pages() -> None:
    assert is_partial(a_request(hx_request="true", hx_request_type="partial"))
    assert not is_partial(a_request(hx_request="true", hx_request_type="full"))
    assert not is_partial(a_request())


def test_a_citizen_s_first_page_weighs_little_even_uncompressed() -> None:
    files = ("haivan.css", "page.js", "live.js", "icon.svg", "ridge.svg")
    assert len(plain()) + sum(PAGES.assets.size(file) for file in files) <= FIRST_PAGE_LIMIT


def test_behind_a_gateway_a_page_leads_to_its_own_front_page_dashboard_and_files() -> None:
    pages = Pages(a_site(home="/routing"), folders=[TEMPLATES])
    console = bytes(pages.render(a_request("/dashboard"), "refusal.html", **refused("console.html")).body).decode()
    for address in ("/routing/", "/routing/dashboard", "/routing/dashboard?lang=en", "/routing/static/haivan.css"):
        assert f'href="{address}' in console
    assert all(each.startswith("/routing/") for each in re.findall(r'(?:href|src)="(/[^"]*)"', console))
    assert pages.redirect(a_request(), "/").headers["location"] == "/routing/"
    assert pages.redirect(a_request(), "/inbox").headers["location"] == "/inbox"
