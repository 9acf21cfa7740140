"""Problem details (RFC 9457): the one shape of every refusal, and the catalogue of what it can say.

A problem repeats nothing of what the client sent: bodies, parameters and unknown keys may hold personal data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from shared.errors import Refusal, Text
from shared.telemetry import current_request_id
from shared.web.language import language_of

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class ProblemField:
    """One field at fault: its path (`subject.phone`), where it came from (body, query, path, header), what to do."""

    field: str
    place: str
    text: Text


@dataclass(frozen=True)
class Problem:
    """What went wrong, before it is put into a client's language and media type."""

    slug: str
    status: int
    text: Text
    fields: Sequence[ProblemField] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> Text:
        return TITLES.get(self.slug) or TITLES_OF_STATUS.get(self.status) or TITLES_OF_STATUS[500]

    @classmethod
    def of(cls, refusal: Refusal) -> "Problem":
        fields = [ProblemField(problem.field, problem.place, problem.text) for problem in refusal.fields]
        return cls(refusal.slug, int(refusal.status), refusal.text, fields, refusal.headers)

    def document(self, language: str) -> dict[str, Any]:
        """The members of the answer in `language`, both languages beside it."""
        request_id = current_request_id.get()
        found: dict[str, Any] = {
            "type": f"/problems/{self.slug}",
            "title": getattr(self.title, language),
            "status": self.status,
            "detail": getattr(self.text, language),
            "detail_vi": self.text.vi,
            "detail_en": self.text.en,
        }
        if request_id:
            found["instance"] = f"urn:uuid:{request_id}"
        if self.fields:
            found["errors"] = [
                {
                    "field": fault.field,
                    "in": fault.place,
                    "detail": getattr(fault.text, language),
                    "detail_vi": fault.text.vi,
                    "detail_en": fault.text.en,
                }
                for fault in self.fields
            ]
        return found


def problem_response(request: Request, problem: Problem) -> Response:
    """The problem as `application/problem+json` in the client's language."""
    language = language_of(request)
    headers = {"Content-Language": language, "Cache-Control": "no-store", **problem.headers}
    return Response(orjson.dumps(problem.document(language)), problem.status, headers, MEDIA_TYPE)


TITLES_OF_STATUS: dict[int, Text] = {
    int(status): text
    for status, text in {
        HTTPStatus.BAD_REQUEST: Text("Yêu cầu không đọc được", "The request can't be read"),
        HTTPStatus.UNAUTHORIZED: Text("Cần đăng nhập", "Sign-in needed"),
        HTTPStatus.FORBIDDEN: Text("Không có quyền", "Not allowed"),
        HTTPStatus.NOT_FOUND: Text("Không tìm thấy", "Not found"),
        HTTPStatus.METHOD_NOT_ALLOWED: Text("Phương thức không dùng được", "Method not allowed"),
        HTTPStatus.NOT_ACCEPTABLE: Text("Không có định dạng này", "No such format"),
        HTTPStatus.REQUEST_TIMEOUT: Text("Hết giờ chờ yêu cầu", "The request took too long"),
        HTTPStatus.CONFLICT: Text("Mâu thuẫn", "Conflict"),
        HTTPStatus.GONE: Text("Không còn nữa", "Gone"),
        HTTPStatus.PRECONDITION_FAILED: Text("Đã có người thay đổi", "Somebody changed it meanwhile"),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Text("Nội dung quá lớn", "Content too large"),
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE: Text("Kiểu nội dung không đọc được", "Unsupported media type"),
        HTTPStatus.UNPROCESSABLE_ENTITY: Text("Có mục chưa đúng", "Some fields need another look"),
        HTTPStatus.TOO_MANY_REQUESTS: Text("Quá nhiều yêu cầu", "Too many requests"),
        HTTPStatus.INTERNAL_SERVER_ERROR: Text("Lỗi của hệ thống", "An error of ours"),
        HTTPStatus.SERVICE_UNAVAILABLE: Text("Tạm thời chưa nhận được", "Temporarily unavailable"),
    }.items()
}

TITLES: dict[str, Text] = {}
"""Titles of slugs that say more than their status; filled by `document_problem`."""

MEANINGS: dict[str, tuple[int, Text]] = {}
"""Slug → status and meaning: what `/problems/<slug>` shows."""


def document_problem(slug: str, status: int, title: Text, meaning: Text) -> None:
    """Make a problem known to `/problems/<slug>`; capabilities call this for their own refusals at import."""
    TITLES[slug] = title
    MEANINGS[slug] = (status, meaning)
