"""What a refused client is told, and what it is never told."""

import ast
from collections.abc import Iterator
from html import escape
from pathlib import Path

import httpx
import pytest
from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    DuplicateKeyError,
    ExecutionTimeout,
    NotPrimaryError,
    OperationFailure,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
    WTimeoutError,
)

from shared.errors import FieldProblem, Refusal, Text, Unprocessable
from shared.http import Problem
from shared.http.failures import problem_of
from shared.http.problems import MEANINGS, TITLES
from shared.settings import ROOT
from tests.unit.shared.http.conftest import make_app

REPORTS = "/api/v1/reports"


def find(answer: httpx.Response, field: str) -> dict[str, str]:
    errors: list[dict[str, str]] = answer.json()["errors"]
    return next(error for error in errors if error["field"] == field)


@pytest.mark.parametrize(
    ("path", "status", "slug"),
    [
        ("/nowhere", 404, "not-found"),
        ("/api/v1/nowhere", 404, "not-found"),
        ("/api/v1/photos", 405, "method-not-allowed"),
        ("/api/v1/broken", 500, "internal-error"),
        ("/api/v1/away", 503, "store-unavailable"),
        ("/api/v1/conflict", 409, "idempotency-conflict"),
        ("/api/v1/reports?size=0", 422, "invalid-fields"),
    ],
)
async def test_every_refusal_is_a_problem_in_two_languages(
    client: httpx.AsyncClient, path: str, status: int, slug: str
) -> None:
    answer = await client.get(path)
    problem = answer.json()
    assert answer.status_code == problem["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == f"/problems/{slug}"
    assert problem["detail"] == problem["detail_vi"] != problem["detail_en"]
    assert problem["instance"] == f"urn:uuid:{answer.headers['x-request-id']}"


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("en", "en"),
        ("en-GB,en;q=0.9,vi;q=0.5", "en"),
        ("vi-VN", "vi"),
        ("fr", "vi"),
        ("", "vi"),
        ("en;q=0.1,vi", "vi"),
        (";;;q=x", "vi"),
    ],
)
async def test_the_detail_is_in_the_language_asked_for(client: httpx.AsyncClient, asked: str, language: str) -> None:
    answer = await client.get("/nowhere", headers={"accept-language": asked})
    assert answer.headers["content-language"] == language
    assert answer.json()["detail"] == answer.json()[f"detail_{language}"]
    assert "accept-language" in answer.headers["vary"].lower()


async def test_an_unexpected_error_says_nothing_of_itself(client: httpx.AsyncClient) -> None:
    text = (await client.get("/api/v1/broken")).text
    assert not any(word in text for word in ("secret", "RuntimeError", "Traceback", "conftest", "0905"))


async def test_an_absent_store_says_when_to_come_back(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/away")
    assert int(answer.headers["retry-after"]) > 0
    assert "mongo" not in answer.text.lower()


async def test_405_names_the_methods_that_work(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/v1/photos")).headers["allow"] == "POST"


async def test_each_field_at_fault_is_named_with_what_to_do(client: httpx.AsyncClient) -> None:
    body = {"words": "", "subject": {"name": "B", "phone": "x"}, "symptoms": ["fever", "gout"], "people": "7"}
    answer = await client.post(REPORTS, json=body, headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert find(answer, "words")["detail"] == "This may not be empty; fill it in."
    assert find(answer, "subject.phone")["detail_vi"].startswith("Số điện thoại không đúng")
    assert find(answer, "symptoms.1")["detail_vi"] == "Hãy chọn một trong: 'fever' hoặc 'cough'."
    assert find(answer, "people")["detail"] == "This must be an integer."
    assert {error["in"] for error in answer.json()["errors"]} == {"body"}


async def test_a_missing_body_and_a_wrong_root_are_named(client: httpx.AsyncClient) -> None:
    for answer in (await client.post(REPORTS), await client.post(REPORTS, json=[])):
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == ""


async def test_a_query_parameter_at_fault_is_named(client: httpx.AsyncClient) -> None:
    (error,) = (await client.get(f"{REPORTS}?size=x")).json()["errors"]
    assert (error["field"], error["in"]) == ("size", "query")


async def test_problems_never_repeat_the_input(client: httpx.AsyncClient) -> None:
    canary = "CANARY-0905123456"
    body = {
        "words": {canary: canary},
        "subject": {"name": "0" + canary, "phone": canary, canary: 1},
        "symptoms": [canary],
        "where": {"latitude": canary, "longitude": 1},
        "at": canary,
        "people": canary,
        "urgent": canary,
        "tags": [canary],
        canary: canary,
        "0905123456": 1,
    }
    for answer in (
        await client.post(REPORTS, json=body),
        await client.post(REPORTS, json=body, headers={"idempotency-key": canary}),
        await client.post(
            REPORTS, content=f'{{"{canary}": tru}}'.encode(), headers={"content-type": "application/json"}
        ),
        await client.get(f"/nowhere/{canary}"),
        await client.get(REPORTS, params={"size": canary, "q": canary * 20}),
    ):
        assert 400 <= answer.status_code < 500
        assert canary not in answer.text + str(answer.headers)
        assert "0905123456" not in answer.text


async def test_an_unknown_field_that_looks_like_a_name_of_ours_is_named(client: httpx.AsyncClient) -> None:
    answer = await client.post(REPORTS, json={"words": "x", "subject": {"name": "B"}, "symptom": []})
    assert find(answer, "symptom")["detail_en"] == "There is no such field; leave it out."


@pytest.mark.parametrize(
    "error",
    [
        AutoReconnect("x"),
        NotPrimaryError("x"),
        ServerSelectionTimeoutError("x"),
        WaitQueueTimeoutError("x"),
        WTimeoutError("x"),
        ExecutionTimeout("x"),
        OperationFailure("disk full", code=14031),
        OperationFailure("shutting down", code=11600),
        BulkWriteError({"writeErrors": [], "writeConcernErrors": [{"code": 64}]}),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_store_that_cannot_answer_is_unavailable(error: Exception) -> None:
    problem = problem_of(error)
    assert problem.status == 503
    assert "Retry-After" in problem.headers


@pytest.mark.parametrize("error", [DuplicateKeyError("x"), OperationFailure("bad", code=2), KeyError("x")])
def test_a_store_that_objects_is_our_own_error(error: Exception) -> None:
    assert problem_of(error).status == 500


@pytest.mark.parametrize("kind", Refusal.__subclasses__())
def test_every_kind_of_refusal_keeps_its_status(kind: type[Refusal]) -> None:
    if kind.__init__ is Refusal.__init__:
        problem = problem_of(kind("some-slug", Text("vi", "en"), headers={"X-A": "1"}))
        assert (problem.status, problem.slug, problem.headers) == (int(kind.status), "some-slug", {"X-A": "1"})


def test_fields_of_a_refusal_are_shown() -> None:
    text = Text("Sai.", "Wrong.")
    problem = problem_of(Unprocessable("x", text, fields=[FieldProblem("a.b", text)]))
    assert problem.document("en")["errors"] == [
        {"field": "a.b", "in": "body", "detail": "Wrong.", "detail_vi": "Sai.", "detail_en": "Wrong."}
    ]


async def test_a_browser_gets_a_page_and_a_program_gets_json() -> None:
    def draw(_: Request, problem: Problem) -> Response:
        return HTMLResponse(f"<h1>{problem.text.vi}</h1>", problem.status)

    transport = httpx.ASGITransport(make_app(render_problem=draw))
    browser = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    async with httpx.AsyncClient(transport=transport, base_url="http://scratch") as client:
        page = await client.get("/lost", headers=browser)
        unknown = await client.get("/nowhere", headers=browser)
        api = await client.get("/api/v1/nowhere", headers=browser)
        program = await client.get("/lost", headers={"accept": "*/*"})
        away = await client.get("/form", headers=browser)
    assert page.text == "<h1>Không có.</h1>"
    assert page.status_code == unknown.status_code == 404
    assert unknown.headers["content-type"].startswith("text/html")
    assert api.headers["content-type"] == program.headers["content-type"] == "application/problem+json"
    assert away.headers["allow"] == "POST"


async def test_every_documented_problem_has_a_page_in_both_languages(client: httpx.AsyncClient) -> None:
    for slug, (status, meaning) in MEANINGS.items():
        page = await client.get(f"/problems/{slug}", headers={"accept-language": "en"})
        assert page.status_code == 200
        assert str(status) in page.text
        assert escape(TITLES[slug].en) in page.text
        assert f'<p lang="vi">{escape(meaning.vi)}' in page.text
    assert (await client.get("/problems/unknown")).status_code == 404


def slugs_in(folder: Path) -> Iterator[str]:
    """The slugs that the code raises: the first argument of any kind of refusal."""
    kinds = {kind.__name__ for kind in Refusal.__subclasses__()}
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds:
                yield from (str(first.value) for first in node.args[:1] if isinstance(first, ast.Constant))


def test_every_refusal_of_the_shared_code_is_documented() -> None:
    missing = set(slugs_in(ROOT / "shared")) - MEANINGS.keys()
    assert not missing, f"add these to shared/http/known_problems.py: {sorted(missing)}"
