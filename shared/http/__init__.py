"""The HTTP door of every service: one application builder, one shape of refusal, what routes need of a request."""

from shared.http import known_problems as known_problems  # registers what `/problems/…` documents
from shared.http.app import create_http_app
from shared.http.cursors import Cursor, Page, PageSize, decode_cursor, encode_cursor
from shared.http.exchange import RenderProblem
from shared.http.forms import FormErrors, FormValues, read_form
from shared.http.idempotency import IdempotencyKey, command_digest, sent_again
from shared.http.operations import Readiness
from shared.http.problems import Problem, document_problem
from shared.http.server import serve, serve_in_loop, server_config
from shared.http.versions import IfMatch, etag, stale
from shared.web.language import language_of

__all__ = [
    "Cursor",
    "FormErrors",
    "FormValues",
    "IdempotencyKey",
    "IfMatch",
    "Page",
    "PageSize",
    "Problem",
    "Readiness",
    "RenderProblem",
    "command_digest",
    "create_http_app",
    "decode_cursor",
    "document_problem",
    "encode_cursor",
    "etag",
    "language_of",
    "read_form",
    "sent_again",
    "serve",
    "serve_in_loop",
    "server_config",
    "stale",
]
