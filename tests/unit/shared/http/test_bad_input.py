"""The corpora and arbitrary bytes through the whole door: no answer is ever an error of ours."""

import asyncio
import json
import string
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from tests.corpora import json_bodies, naughty_strings, operators
from tests.unit.shared.http.conftest import ReportCommand, make_app

JSON = {"content-type": "application/json"}
REPORTS = "/api/v1/reports"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
PATHS = [REPORTS, f"{REPORTS}/1", "/api/v1/photos", "/form", "/hello", "/nowhere", "/problems/x", "/openapi.json"]
HEADERS = [
    "content-type",
    "content-encoding",
    "accept",
    "accept-language",
    "idempotency-key",
    "if-match",
    "cookie",
    "traceparent",
]
APP: FastAPI = make_app()
printable = st.text(string.printable.strip(), max_size=60)


def ask(method: str, path: str, **request: object) -> int:
    """Hypothesis tests are synchronous; each example gets a loop of its own, which a bare transport allows."""

    async def once() -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(APP), base_url="http://scratch") as client:
            return (await client.request(method, path, **request)).status_code  # type: ignore[arg-type]

    return asyncio.run(once())


async def test_every_body_of_the_corpus_is_answered(client: httpx.AsyncClient) -> None:
    for case in json_bodies():
        answer = await client.post(REPORTS, content=case.body, headers=JSON)
        expected = {422} if case.accepted else {400, 413, 422}
        assert answer.status_code in expected, case.name


async def test_every_string_of_the_corpus_is_answered_in_every_field(client: httpx.AsyncClient) -> None:
    for case in naughty_strings():
        text = json.dumps(case.text)  # in ASCII: lone surrogates and all, which no client would write otherwise
        everywhere = ",".join(f'"{field}":{text}' for field in ReportCommand.model_fields)
        for body in (f'{{"words":{text},"subject":{{"name":{text},"phone":{text}}}}}', f"{{{everywhere}}}"):
            answer = await client.post(REPORTS, content=body, headers=JSON)
            assert answer.status_code in {400, 413, 422}, case.name


async def test_every_string_of_the_corpus_is_answered_in_addresses_and_headers(client: httpx.AsyncClient) -> None:
    for case in naughty_strings():
        text = case.text.encode("utf-8", "ignore").decode()[:1000]
        assert (await client.get(REPORTS, params={"q": text, "lang": text})).status_code < 500, case.name
        asked = await client.get(f"/api/v1/reports/{quote(text)}")
        assert asked.status_code < 500, case.name
        if text.isascii() and text.isprintable():
            headers = {name: text for name in HEADERS if name not in {"content-encoding", "content-type"}}
            assert (await client.post(REPORTS, json={}, headers=headers)).status_code < 500, case.name


@pytest.mark.parametrize("field", [*ReportCommand.model_fields, "unknown"])
async def test_no_operator_is_accepted_in_any_field(client: httpx.AsyncClient, field: str) -> None:
    for operator in operators():
        body = {"words": "x", "subject": {"name": "B"}, field: operator}
        assert (await client.post(REPORTS, json=body)).status_code == 422


async def test_operators_in_a_query_are_text_or_nothing(client: httpx.AsyncClient) -> None:
    for query in ("q[$gt]=", "q[$ne]=1", "size[$gt]=1", "$where=1", "q.$gt=1", "q=1&q=2"):
        assert (await client.get(f"{REPORTS}?{query}")).status_code in {200, 422}


@given(st.binary(max_size=300))
def test_any_bytes_as_json_are_answered(body: bytes) -> None:
    assert ask("POST", REPORTS, content=body, headers=JSON) < 500


@given(
    st.sampled_from(METHODS),
    st.sampled_from(PATHS),
    st.binary(max_size=200),
    st.dictionaries(st.sampled_from(HEADERS), printable),
)
def test_any_request_is_answered(method: str, path: str, body: bytes, headers: dict[str, str]) -> None:
    assert ask(method, path, content=body, headers=headers) < 500


@given(
    st.binary(max_size=200), st.sampled_from(["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
)
def test_any_bytes_as_a_form_are_answered(body: bytes, kind: str) -> None:
    assert ask("POST", "/form", content=body, headers={"content-type": kind}) < 500


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text("a$.\u202e🤒0"),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from([*ReportCommand.model_fields, "name", "$gt", "latitude"]), inner, max_size=4
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_is_answered(value: object) -> None:
    assert ask("POST", REPORTS, json=value) < 500
