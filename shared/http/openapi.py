"""The OpenAPI document, with the problem answers that every operation can give."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from shared.http.problems import MEDIA_TYPE

HOW_TO_CALL = """\
Programs show an API key (`Authorization: Bearer hv_…`), or sign in with `POST /api/v1/sessions` at routing. Who has
signed in sends the cookie with everything, and with every change `Origin` (the address of the service asked) and
`X-CSRF-Token` (the `csrf_token` that signing in and `GET /api/v1/sessions/current` answer); a key needs neither.

`Idempotency-Key` is a UUID that you make before the first attempt and send again with each retry. The retry gets the
first answer, with 200 instead of 201 where an operation lists both; the same key with other content is refused (409).
A retry without it is a new command: it makes a second report.

Refusals are `application/problem+json`; their `type` leads to a page that says what to do."""
"""What stands above the operations of every service."""

_TEXT = {"type": "string"}
_PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457. `detail` is in the client's language, both languages stand beside it.",
    "required": ["type", "title", "status", "detail", "detail_vi", "detail_en"],
    "properties": {
        "type": {**_TEXT, "format": "uri-reference", "examples": ["/problems/invalid-fields"]},
        "title": _TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": _TEXT,
        "detail_vi": _TEXT,
        "detail_en": _TEXT,
        "instance": {**_TEXT, "format": "uri", "description": "The request's id; name it when you ask us."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "in", "detail", "detail_vi", "detail_en"],
                "properties": {
                    "field": {**_TEXT, "description": "Path with dots: `subject.phone`."},
                    "in": {"enum": ["body", "query", "path", "header", "cookie"]},
                    "detail": _TEXT,
                    "detail_vi": _TEXT,
                    "detail_en": _TEXT,
                },
            },
        },
    },
}
_METHODS = frozenset({"get", "put", "post", "delete", "patch"})


def _problem_answer(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _declare_problems(document: dict[str, Any]) -> None:
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = _PROBLEM
    for path in document.get("paths", {}).values():
        for method in _METHODS & path.keys():
            answers = path[method].setdefault("responses", {})
            if "422" in answers:
                answers["422"] = _problem_answer("Some fields need another look")
            answers["default"] = _problem_answer("Any other problem; its `type` says which")


def openapi_with_problems(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """The function that builds (once) and returns the document of `app`."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes
            )
            _declare_problems(document)
            app.openapi_schema = document
        return app.openapi_schema

    return openapi
