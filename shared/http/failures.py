"""The one place where what a handler raised becomes a problem."""

from http import HTTPStatus

import structlog
from fastapi.exceptions import RequestValidationError
from python_multipart.exceptions import FormParserError
from starlette.exceptions import HTTPException

from shared.errors import Refusal, Text
from shared.http.problems import Problem
from shared.http.wording import invalid_fields
from shared.mongo import is_away

_log = structlog.get_logger(__name__)

_SLUGS_OF_STATUS = {404: "not-found", 405: "method-not-allowed", 400: "malformed-request"}
_SENTENCES = {
    404: Text("Không có gì ở địa chỉ này; hãy xem lại.", "Nothing is at this address; check it."),
    405: Text(
        "Địa chỉ này không nhận phương thức đó; xem tiêu đề Allow.",
        "This address does not take that method; see the Allow header.",
    ),
    400: Text("Yêu cầu không đọc được; hãy xem lại.", "The request can't be read; check it."),
}


def problem_of(error: Exception) -> Problem:
    """Anything raised, as a problem; what nobody foresaw is logged with its trace, and shown without."""
    if isinstance(error, Refusal):
        return Problem.of(error)
    if isinstance(error, RequestValidationError):
        return invalid_fields(error.errors())
    if isinstance(error, HTTPException):
        return _of_status(error)
    if isinstance(error, FormParserError):
        return _of_status(HTTPException(400))
    if is_away(error):
        _log.warning("store_away", error=type(error).__name__)
        return Problem("store-unavailable", 503, _NOTHING_ACCEPTED, headers={"Retry-After": "2"})
    _log.error("unexpected_error", error=type(error).__name__, exc_info=error)
    return Problem("internal-error", 500, _OUR_FAULT)


def _of_status(error: HTTPException) -> Problem:
    slug = _SLUGS_OF_STATUS.get(error.status_code, f"http-{error.status_code}")
    is_ours = error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
    sentence = _SENTENCES.get(error.status_code, _OUR_FAULT if is_ours else _SENTENCES[400])
    return Problem(slug, error.status_code, sentence, headers=dict(error.headers or {}))


_NOTHING_ACCEPTED = Text(
    "Chưa ghi nhận được; hãy gửi lại cùng Idempotency-Key sau vài giây.",
    "It could not be recorded; send again with the same Idempotency-Key in a few seconds.",
)
_OUR_FAULT = Text(
    "Hệ thống gặp lỗi; hãy thử lại, hoặc báo mã trong instance cho chúng tôi.",
    "Something failed on our side; try again, or tell us the identifier in `instance`.",
)
