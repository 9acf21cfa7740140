from pathlib import Path

import pytest
from starlette.responses import Response

from shared.web.language import COOKIE, catalogue_path, language_of, load_translations, mark, remember_language
from tests.unit.shared.web.builders import a_request


def test_vietnamese_is_spoken_where_nothing_is_asked_for() -> None:
    assert language_of(a_request()) == "vi"


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [
        ("en-GB,en;q=0.9", "en"),
        ("fr, en;q=0.3, vi;q=0.8", "vi"),
        ("en;q=0, vi;q=0.1", "vi"),
        ("de,fr", "vi"),
        ("en;q=quite", "vi"),
        ("," * 5000, "vi"),
    ],
)
def test_the_browser_s_most_wanted_language_is_spoken(accepted: str, spoken: str) -> None:
    assert language_of(a_request(accept_language=accepted)) == spoken


def test_the_cookie_goes_before_the_browser_and_the_address_before_the_cookie() -> None:
    wishes = {"accept_language": "vi", "cookie": f"{COOKIE}=en"}
    assert language_of(a_request(**wishes)) == "en"
    assert language_of(a_request(query="lang=vi", **wishes)) == "vi"


def test_a_language_nobody_here_speaks_is_passed_over() -> None:
    assert language_of(a_request(query="lang=xx", cookie=f"{COOKIE}=<b>", accept_language="en")) == "en"


def test_only_a_choice_in_the_address_is_remembered() -> None:
    chosen, untouched = Response(), Response()
    remember_language(a_request(query="lang=en"), chosen)
    remember_language(a_request(accept_language="en"), untouched)
    assert chosen.headers["set-cookie"].startswith(f"{COOKIE}=en; HttpOnly")
    assert "set-cookie" not in untouched.headers


def test_a_marked_label_stays_what_it_is() -> None:
    assert mark("Đã lưu") == "Đã lưu"


def test_catalogues_are_merged_and_an_absent_one_is_empty(tmp_path: Path) -> None:
    for domain, english in {"shared": "Sign in", "intake": "Reports"}.items():
        path = catalogue_path(domain, locales=tmp_path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'msgid "{domain}"\nmsgstr "{english}"\n', encoding="utf-8")
    merged = load_translations("en", ("shared", "intake", "routing"), tmp_path)
    assert [merged.gettext(text) for text in ("shared", "intake", "routing")] == ["Sign in", "Reports", "routing"]


def test_english_counts_one_and_many() -> None:
    english = load_translations("en", ("shared",))
    assert english.ngettext("%(count)s phút", "%(count)s phút", 1) == "%(count)s minute"
    assert english.ngettext("%(count)s phút", "%(count)s phút", 3) == "%(count)s minutes"
