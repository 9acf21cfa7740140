import pytest
from starlette.responses import Response

from shared.web.flash import COOKIE, flash_of, forget_flash, keep_flash
from tests.unit.shared.web.builders import a_request


def kept(sentence: str) -> str:
    response = Response()
    keep_flash(a_request(), response, sentence)
    return response.headers["set-cookie"].partition(";")[0]


@pytest.mark.parametrize("sentence", ["Đã lưu", "Đã gửi cho 10.214 người; xem sổ", 'a"b\r\nSet-Cookie: x=1'])
def test_a_sentence_survives_the_redirect_whatever_is_in_it(sentence: str) -> None:
    cookie = kept(sentence)
    assert "\n" not in cookie
    assert flash_of(a_request(cookie=cookie)) == sentence


@pytest.mark.parametrize("made_up", ["", "%%%", "ÿ", "A" * 9999, "gICA"])
def test_a_cookie_made_up_by_hand_says_nothing_harmful(made_up: str) -> None:
    assert (
        len(flash_of(a_request(cookie=f"{COOKIE}={made_up}".encode("latin-1", "ignore").decode("ascii", "ignore"))))
        <= 300
    )


def test_it_is_said_once() -> None:
    response = Response()
    forget_flash(a_request(cookie=kept("Đã lưu")), response)
    assert f'{COOKIE}=""; expires=' in response.headers["set-cookie"] or "Max-Age=0" in response.headers["set-cookie"]
