"""The filters of a queue as they stand in its address. Empty ones are none; unknown ones are refused, not dropped."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from services.routing.cases.domain import CaseStatus, TaskStatus
from services.routing.cases.store import Attention, CaseFilter
from shared.errors import Text, Unprocessable
from shared.events.cases import Category, Urgency
from shared.http import decode_cursor

SHOW = "show"
ENDED = (TaskStatus.DECLINED.value, TaskStatus.RESOLVED.value, TaskStatus.WITHDRAWN.value)
_WORDS: Mapping[str, frozenset[str]] = {
    "urgency": frozenset(Urgency),
    "category": frozenset(Category),
    "attention": frozenset(Attention),
    "status": frozenset(CaseStatus),
    SHOW: frozenset({"open", "ended"}),
}

_UNKNOWN = Text(
    vi="Bộ lọc trong địa chỉ trang không hợp lệ. Hãy chọn lại bộ lọc.",
    en="A filter in the page's address is not valid. Choose the filters again.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an address asks for.

    Attributes:
        chosen: the filter.
        show: of an inbox: work to do (`open`) or done (`ended`).
        query: the filters again as `?…`, or nothing; without the place where the page begins.
        before: where this page begins (opened at, id), if not at the newest.
    """

    chosen: CaseFilter
    show: str
    query: str
    before: tuple[datetime, str] | None


def inbox_wish(asked: Mapping[str, str], agency: str, wards: Collection[str]) -> Wish:
    """The filters of an agency's own queue.

    Raises:
        Unprocessable: a filter that nobody knows.
    """
    given = _known(asked, ("urgency", "category", "ward", "attention", SHOW), {"ward": wards})
    show = given.get(SHOW, "open")
    chosen = CaseFilter(
        agency=agency,
        status=CaseStatus.OPEN.value if show == "open" else None,
        tasks=ENDED if show == "ended" else (),
        urgency=given.get("urgency"),
        category=given.get("category"),
        ward=given.get("ward"),
        attention=_attention(given),
    )
    return Wish(chosen=chosen, show=show, query=_query(given), before=_before(asked))


def board_wish(asked: Mapping[str, str], wards: Collection[str], agencies: Collection[str]) -> Wish:
    """The filters of the board.

    Raises:
        Unprocessable: a filter that nobody knows.
    """
    names = ("status", "urgency", "category", "ward", "agency", "attention")
    given = _known(asked, names, {"ward": wards, "agency": agencies})
    chosen = CaseFilter(
        status=given.get("status"),
        urgency=given.get("urgency"),
        category=given.get("category"),
        ward=given.get("ward"),
        agency=given.get("agency"),
        attention=_attention(given),
    )
    return Wish(chosen=chosen, show="open", query=_query(given), before=_before(asked))


def _known(asked: Mapping[str, str], names: Collection[str], places: Mapping[str, Collection[str]]) -> dict[str, str]:
    given = {name: value for name in names if (value := asked.get(name))}
    for name, value in given.items():
        if value not in places.get(name, _WORDS.get(name, ())):
            raise Unprocessable("invalid-filter", _UNKNOWN)
    return given


def _attention(given: Mapping[str, str]) -> Attention | None:
    return Attention(given["attention"]) if "attention" in given else None


def _query(given: Mapping[str, str]) -> str:
    return f"?{urlencode(given)}" if given else ""


def _before(asked: Mapping[str, str]) -> tuple[datetime, str] | None:
    if not asked.get("cursor"):
        return None
    at, case_id = decode_cursor(asked["cursor"], (str, str))
    try:
        return datetime.fromisoformat(at), case_id
    except ValueError as error:
        raise Unprocessable("invalid-cursor", _UNKNOWN) from error
