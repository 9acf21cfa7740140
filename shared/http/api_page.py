"""Plain pages drawn on the server: the API for engineers, the problems for everybody. No script, no style inline."""

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from shared.errors import Text
from shared.http.problems import MEANINGS, TITLES

_METHODS = ("get", "post", "put", "patch", "delete")
_WORDS = {
    "vi": {"api": "API", "body": "Nội dung gửi", "parameters": "Tham số", "answers": "Trả lời", "needed": "bắt buộc",
           "problems": "Các lỗi có thể gặp", "document": "Tài liệu OpenAPI", "schemas": "Các kiểu dữ liệu"},
    "en": {"api": "API", "body": "Body", "parameters": "Parameters", "answers": "Answers", "needed": "required",
           "problems": "Problems you can meet", "document": "The OpenAPI document", "schemas": "Schemas"},
}  # fmt: skip


def _page(title: str, language: str, parts: Iterator[str]) -> str:
    return (
        f'<!doctype html><html lang="{language}" class="layout-console"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="/static/haivan.css"></head>'
        f"<body><main><h1>{escape(title)}</h1>{''.join(parts)}</main></body></html>"
    )


def _prose(text: str) -> str:
    """A description, its `code` in the font of code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))


def api_page(document: Mapping[str, Any], language: str) -> str:
    """All operations of an OpenAPI document as HTML."""
    return _page(str(document["info"]["title"]), language, _api(document, _WORDS[language]))


def _api(document: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[str]:
    info = document["info"]
    for paragraph in str(info.get("description", "")).split("\n\n"):
        yield f"<p>{_prose(paragraph)}</p>"
    yield f'<p><a href="openapi.json">{words["document"]}</a> · <a href="problems">{words["problems"]}</a></p>'
    for path, operations in sorted(document.get("paths", {}).items()):
        for method in _METHODS:
            if method in operations:
                yield from _operation(path, method, operations[method], words)
    yield f"<h2>{words['schemas']}</h2>"
    for name, schema in sorted(document.get("components", {}).get("schemas", {}).items()):
        yield from _schema(name, schema, words)


def _operation(path: str, method: str, operation: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[str]:
    yield f"<section><h2><code>{method.upper()} {escape(path)}</code></h2>"
    yield f"<p>{_prose(str(operation.get('description') or operation.get('summary') or ''))}</p>"
    if parameters := operation.get("parameters"):
        yield f"<h3>{words['parameters']}</h3><ul>"
        for parameter in parameters:
            needed = f" ({words['needed']})" if parameter.get("required") else ""
            yield f"<li><code>{escape(parameter['name'])}</code> {escape(parameter['in'])}{needed}: "
            yield f"{_type(parameter.get('schema', {}))} {_prose(parameter.get('description', ''))}</li>"
        yield "</ul>"
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"<h3>{words['body']}</h3><p><code>{escape(media)}</code>: {_type(content.get('schema', {}))}</p>"
    yield f"<h3>{words['answers']}</h3><ul>"
    for status, answer in operation.get("responses", {}).items():
        schemas = [_type(content.get("schema", {})) for content in answer.get("content", {}).values()]
        yield f"<li><code>{escape(status)}</code> {_prose(answer.get('description', ''))} {' '.join(schemas)}</li>"
    yield "</ul></section>"


def _schema(name: str, schema: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[str]:
    yield f'<section id="{escape(name)}"><h3><code>{escape(name)}</code></h3>'
    yield f"<p>{_prose(schema.get('description', ''))}</p><ul>"
    required = set(schema.get("required", ()))
    for field, described in schema.get("properties", {}).items():
        needed = f" ({words['needed']})" if field in required else ""
        yield f"<li><code>{escape(field)}</code>{needed}: {_type(described)}"
        yield f" {_prose(described.get('description', ''))}</li>"
    for value in schema.get("enum", ()):
        yield f"<li><code>{escape(str(value))}</code></li>"
    yield "</ul></section>"


def _type(schema: Mapping[str, Any]) -> str:
    if reference := schema.get("$ref"):
        name = escape(str(reference).rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return " | ".join(_type(part) for part in schema[choice])
    if schema.get("type") == "array":
        return f"[{_type(schema.get('items', {}))}]"
    return escape(str(schema.get("format") or schema.get("type") or ""))


def problems_page(meanings: Mapping[str, tuple[int, Text]], language: str) -> str:
    """The list of documented problems."""
    rows = (
        f'<li><a href="/problems/{escape(slug)}"><code>{escape(slug)}</code></a> ({status}): '
        f"{escape(getattr(text, language))}</li>"
        for slug, (status, text) in sorted(meanings.items())
    )
    return _page(_WORDS[language]["problems"], language, iter(["<ul>", *rows, "</ul>"]))


def problem_page(slug: str, language: str) -> str:
    """One documented problem, in both languages, the asked one first."""
    status, meaning = MEANINGS[slug]
    other = "en" if language == "vi" else "vi"
    parts = (f'<p lang="{shown}">{escape(getattr(meaning, shown))}</p>' for shown in (language, other))
    return _page(getattr(TITLES[slug], language), language, iter([f"<p>HTTP {status}</p>", *parts]))
