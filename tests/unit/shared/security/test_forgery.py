import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Forbidden
from shared.security.forgery import FormTokens, check_origin

OURS = frozenset({"http://localhost:8001"})
tokens = FormTokens(bytes(range(32)))


def test_a_token_holds_for_its_session_only() -> None:
    token = tokens.issue("session-1")
    assert tokens.is_valid(token, "session-1")
    assert not tokens.is_valid(token, "session-2")
    assert not FormTokens(bytes(32)).is_valid(token, "session-1")


def test_tokens_of_one_session_differ_so_that_compression_tells_nothing() -> None:
    assert len({tokens.issue("session-1") for _ in range(50)}) == 50


@given(st.one_of(st.text(), st.binary(max_size=100).map(lambda raw: base64.urlsafe_b64encode(raw).decode())))
def test_no_other_text_is_a_token(text: str) -> None:
    assert not tokens.is_valid(text, "session-1")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://localhost:8001"},
        {"origin": "http://localhost:8001", "sec-fetch-site": "same-origin"},
        {"origin": "null", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "same-origin"},
    ],
)
@pytest.mark.parametrize("required", [True, False])
def test_our_own_pages_pass(headers: dict[str, str], *, required: bool) -> None:
    check_origin(headers, OURS, required=required)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "http://localhost:8002"},
        {"origin": "https://localhost:8001"},
        {"origin": "http://localhost:8001.evil.example"},
        {"origin": "http://localhost:8001", "sec-fetch-site": "cross-site"},
        {"origin": "http://evil.example", "sec-fetch-site": "same-origin"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": ""},
    ],
)
@pytest.mark.parametrize("required", [True, False])
def test_other_sites_are_refused(headers: dict[str, str], *, required: bool) -> None:
    with pytest.raises(Forbidden, match="foreign-origin"):
        check_origin(headers, OURS, required=required)


@pytest.mark.parametrize("headers", [{}, {"origin": "null"}])
def test_who_says_nothing_of_its_origin_may_change_only_what_is_open_to_all(headers: dict[str, str]) -> None:
    check_origin(headers, OURS, required=False)
    with pytest.raises(Forbidden, match="foreign-origin"):
        check_origin(headers, OURS, required=True)
