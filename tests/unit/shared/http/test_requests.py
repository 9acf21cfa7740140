"""What routes take from a request: idempotency keys, versions, cursors, forms."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, Request
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from shared.errors import Unprocessable
from shared.http import FormErrors, command_digest, decode_cursor, encode_cursor, etag, read_form
from shared.text import Command, Line, Phone, Timestamp, Words
from tests.unit.shared.http.conftest import make_app

KEY = "01a2070b-7665-740c-89a1-83939e0946c2"
REPORTS = "/api/v1/reports"


async def test_the_clients_key_is_the_records_id(client: httpx.AsyncClient, report: dict[str, object]) -> None:
    answer = await client.post(REPORTS, json=report, headers={"idempotency-key": KEY.upper()})
    assert answer.json()["id"] == KEY


async def test_without_a_key_the_record_gets_a_new_id(client: httpx.AsyncClient, report: dict[str, object]) -> None:
    ids = {(await client.post(REPORTS, json=report)).json()["id"] for _ in range(2)}
    assert len(ids) == 2


@pytest.mark.parametrize("key", ["", "1", "not-a-uuid", KEY + "0", "' OR 1=1 --"])
async def test_a_key_that_is_no_uuid_is_refused(
    client: httpx.AsyncClient, report: dict[str, object], key: str
) -> None:
    answer = await client.post(REPORTS, json=report, headers={"idempotency-key": key})
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert (fault["field"], fault["in"]) == ("Idempotency-Key", "header")


async def test_equal_commands_have_equal_digests_however_they_are_spelled(client: httpx.AsyncClient) -> None:
    spellings = [
        '{"words":"Sốt","subject":{"name":"B","phone":"0905123456"}}',
        '{"subject":{"phone":"+84 905 123 456","name":" B "},"words":"So\\u0302\\u0301t","symptoms":[]}',
    ]
    digests = {
        (await client.post(REPORTS, content=body.encode(), headers={"content-type": "application/json"})).json()[
            "digest"
        ]
        for body in spellings
    }
    assert len(digests) == 1


def test_other_content_has_another_digest() -> None:
    class Small(Command):
        a: int

    assert command_digest(Small(a=1)) != command_digest(Small(a=2))


async def test_the_version_read_is_handed_to_the_change(client: httpx.AsyncClient) -> None:
    read = await client.get(f"{REPORTS}/1")
    assert read.headers["etag"] == etag(7)
    changed = await client.put(f"{REPORTS}/1", json={"name": "A"}, headers={"if-match": read.headers["etag"]})
    assert changed.json()["version"] == 7
    assert (await client.put(f"{REPORTS}/1", json={"name": "A"})).json()["version"] is None
    assert (await client.put(f"{REPORTS}/1", json={"name": "A"}, headers={"if-match": "*"})).json()["version"] is None


@pytest.mark.parametrize("value", ["7", '"x"', '"-1"', '"7", "8"', '"99999999999999999999"'])
async def test_a_version_we_never_gave_is_stale(client: httpx.AsyncClient, value: str) -> None:
    answer = await client.put(f"{REPORTS}/1", json={"name": "A"}, headers={"if-match": value})
    assert answer.status_code == 412


@given(st.integers(-(2**63), 2**63 - 1), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_a_cursor_comes_back_as_it_went(at: int, id_: str) -> None:
    cursor = encode_cursor(at, id_)
    assert decode_cursor(cursor, (int, str)) == (at, id_)
    assert cursor.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "====",
        "é",
        "bnVsbA",
        encode_cursor("a", 1),
        encode_cursor(1),
        encode_cursor(1, "a", 2),
        "W3siJGd0IjoiIn0sImEiXQ",
    ],
)
def test_a_made_up_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Unprocessable):
        decode_cursor(cursor, (int, str))


class Kind(StrEnum):
    FEVER = "fever"
    COUGH = "cough"


class Person(Command):
    name: Line
    phone: Phone | None = None


class Declaration(Command):
    words: Words
    people: Annotated[int, Field(ge=1, le=99)] = 1
    share: float | None = None
    agreed: bool = False
    kinds: tuple[Kind, ...] = ()
    at: Timestamp | None = None
    person: Person | None = None


router = APIRouter()


@router.post("/declare")
async def declare(request: Request) -> dict[str, object]:
    form = await read_form(request, Declaration)
    if isinstance(form, FormErrors):
        problems = {problem.field: problem.text.en for problem in form.problems}
        return {
            "problems": problems,
            "words": form.values.words,
            "kinds": form.chosen("kinds"),
            "none": form.values["nothing"],
        }
    return form.model_dump(mode="json")


APP = make_app(routers=[router])


async def submit(fields: dict[str, str | list[str]]) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(APP), base_url="http://scratch") as client:
        return await client.post("/declare", data=fields)


async def test_a_form_becomes_the_command_of_the_api() -> None:
    answer = await submit(
        {
            "words": "Sốt\r\nvà ho",
            "people": "3",
            "share": "0,5",
            "agreed": "on",
            "kinds": ["fever", "cough"],
            "at": "2026-11-23T08:30",
            "person.name": "Bưởi",
            "person.phone": "",
            "csrf_token": "x",
        }
    )
    assert answer.json() == {
        "words": "Sốt\nvà ho",
        "people": 3,
        "share": 0.5,
        "agreed": True,
        "kinds": ["fever", "cough"],
        "at": datetime(2026, 11, 23, 1, 30, tzinfo=UTC).isoformat().replace("+00:00", "Z"),
        "person": {"name": "Bưởi", "phone": None},
    }


async def test_empty_fields_count_as_left_out() -> None:
    answer = await submit({"words": "x", "people": "", "at": " ", "person.name": "", "person.phone": ""})
    assert answer.json() == {
        "words": "x", "people": 1, "share": None, "agreed": False, "kinds": [], "at": None, "person": None
    }  # fmt: skip


async def test_a_refused_form_keeps_what_was_typed_and_says_what_to_do() -> None:
    answer = await submit(
        {"words": " ", "people": "x", "kinds": ["fever", "gout"], "person.phone": "9", "extra": "1"}
    )
    told = answer.json()
    assert told["words"] == " "
    assert told["kinds"] == ["fever", "gout"]
    assert told["none"] == ""
    assert set(told["problems"]) == {"words", "people", "kinds.1", "person.name", "person.phone", "extra"}
    assert told["problems"]["people"] == "This must be an integer."


async def test_a_form_with_too_many_fields_is_malformed() -> None:
    answer = await submit({"words": "x", "kinds": ["fever"] * 101})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "name", ["words", "people", "agreed", "kinds", "at", "person", "person.name", "person.x.y", ".", "$gt", "words."]
)
@pytest.mark.parametrize("value", ["", "\x00", '{"$gt":""}', "\u202e", "9" * 400, "1e309", "NaN", "on", "🤒"])
async def test_no_field_of_a_form_breaks_the_reader(name: str, value: str) -> None:
    assert (await submit({name: value})).status_code < 500
