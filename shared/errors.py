"""Every error this system raises on purpose, drawn as a tree.

    HaivanError
     ├── Refusal            a person or program asked for something that may not be; answered as problem+json
     │    ├── Malformed         400  the request itself cannot be read
     │    ├── Unauthenticated   401
     │    ├── Forbidden         403
     │    ├── NotFound          404  also what another tenant's object looks like
     │    ├── Conflict          409
     │    ├── Stale             412  If-Match names a version that is gone
     │    ├── TooLarge          413
     │    ├── Unsupported       415  a media type or content coding nobody here reads
     │    ├── Unprocessable     422  well-formed, but a field's value is not acceptable
     │    ├── TooMany           429
     │    └── Unavailable       503  + Retry-After; nothing was accepted
     └── InvalidMessage     an event that can never be consumed: dead letter at once, with its reason

Anything else that a handler raises is either *transient* (the network, a missing primary: retried with
backoff, never counted) or a *bug* (five tries, then dead letter); `shared.messaging` tells them apart.
One place per transport maps these; handlers hold no `try`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar


@dataclass(frozen=True)
class Text:
    """One sentence for people, in both languages of the pages."""

    vi: str
    en: str


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one field: `field` is its path (`subject.phone`), `text` says what to do.

    `place` is where it came from: body, query, path or header.
    """

    field: str
    text: Text
    place: str = "body"


class HaivanError(Exception):
    """The root: whatever is raised on purpose."""


class Refusal(HaivanError):
    """A request that may not be carried out; nothing was changed.

    Args:
        slug: stable, kebab-case; becomes the problem's `type` (`/problems/<slug>`).
        text: what happened and what to do, in both languages.
        fields: the fields at fault, if any.
        headers: extra HTTP headers of the answer (`Retry-After`).
    """

    status: ClassVar[HTTPStatus] = HTTPStatus.BAD_REQUEST

    def __init__(
        self,
        slug: str,
        text: Text,
        *,
        fields: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(slug)
        self.slug = slug
        self.text = text
        self.fields = tuple(fields)
        self.headers = dict(headers or {})


class Malformed(Refusal):
    status = HTTPStatus.BAD_REQUEST


class Unauthenticated(Refusal):
    status = HTTPStatus.UNAUTHORIZED


class Forbidden(Refusal):
    status = HTTPStatus.FORBIDDEN


class NotFound(Refusal):
    status = HTTPStatus.NOT_FOUND


class Conflict(Refusal):
    status = HTTPStatus.CONFLICT


class Stale(Refusal):
    status = HTTPStatus.PRECONDITION_FAILED


class TooLarge(Refusal):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class Unsupported(Refusal):
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class Unprocessable(Refusal):
    status = HTTPStatus.UNPROCESSABLE_ENTITY


class TooMany(Refusal):
    status = HTTPStatus.TOO_MANY_REQUESTS


class Unavailable(Refusal):
    status = HTTPStatus.SERVICE_UNAVAILABLE


class InvalidMessage(HaivanError):
    """An event that no retry can make consumable.

    Args:
        reason: short, stable and free of the event's content, for it travels in a header in clear.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
