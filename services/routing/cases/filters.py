"""The filters of a queue as they stand in its address. Empty ones are none; unknown ones are refused, not dropped."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from services.routing.cases.domain import CaseStatus, TaskStatus
from services.routing.cases.paging import Order, Place, read_place
from services.routing.cases.store import Attention, CaseFilter
from shared.errors import Text, Unprocessable
from shared.events.cases import Category, Urgency
from shared.identity.masking import mask_text

SHOW, ORDER, ID = "show", "order", "id"
ID_FORM = "[0-9a-f]{8}(-[0-9a-f]{0,12}){0,4}"
"""The first eight signs of an id, or more of it. Nobody's phone or identity number looks like that. A plate or a
passport number without its marks may: `read_id` refuses those, but they stood in the address of that one request."""
_PLAIN = len("7b0c8f52-1d3e")
"""From here on an id is too long to be a plate or a passport number."""
_SHOWN: Mapping[str, tuple[str, ...]] = {
    "open": (),
    "waiting": (TaskStatus.ASSIGNED.value,),
    "working": (TaskStatus.ACKNOWLEDGED.value,),
    "ended": (TaskStatus.DECLINED.value, TaskStatus.RESOLVED.value, TaskStatus.WITHDRAWN.value),
    "any": (),
}
_TO_DO = ("open", "waiting", "working")
_WORDS: Mapping[str, frozenset[str]] = {
    "urgency": frozenset(Urgency),
    "category": frozenset(Category),
    "attention": frozenset(Attention),
    "status": frozenset(CaseStatus),
    SHOW: frozenset(_SHOWN),
    ORDER: frozenset(Order),
}

_UNKNOWN = Text(
    vi="Bộ lọc trong địa chỉ trang không hợp lệ. Hãy chọn lại bộ lọc.",
    en="A filter in the page's address is not valid. Choose the filters again.",
)
_NO_ID = Text(
    vi="Mã vụ việc hay nhiệm vụ bắt đầu bằng tám chữ số hoặc chữ a–f, như 7b0c8f52. Hãy gõ lại.",
    en="The id of a case or task begins with eight digits or letters a–f, like 7b0c8f52. Type it again.",
)
_NO_PLATE = Text(
    vi="Phần mã này có thể là biển số hay số hộ chiếu: hãy gõ thêm bốn ký tự tiếp theo của mã, như 7b0c8f52-1d3e.",
    en="This could be a plate or a passport number: type the next four signs of the id too, like 7b0c8f52-1d3e.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an address asks for.

    Attributes:
        chosen: the filter.
        show: of an inbox: which of the agency's tasks.
        given: the filters as they stand in the address, without the place where the page begins.
        cursor: that place; nothing at the first page.
    """

    chosen: CaseFilter
    show: str = "open"
    order: Order = Order.NEWEST
    given: Mapping[str, str]
    cursor: str

    @property
    def place(self) -> Place | None:
        return read_place(self.cursor, self.order) if self.cursor else None

    @property
    def query(self) -> str:
        """The filters again as `?…`, or nothing."""
        return self.query_with()

    @property
    def here(self) -> str:
        """The same with the place where this page begins."""
        return self.query_with(cursor=self.cursor)

    def query_with(self, **changed: str) -> str:
        """The filters with some of them changed; those that are empty fall away."""
        kept = {name: value for name, value in {**self.given, **changed}.items() if value}
        return f"?{urlencode(kept)}" if kept else ""


def inbox_wish(asked: Mapping[str, str], agency: str, wards: Collection[str]) -> Wish:
    """The filters of an agency's own queue. An id is looked for among all its tasks, whatever their state.

    Raises:
        Unprocessable: a filter that nobody knows.
    """
    given = _known(asked, ("urgency", "category", "ward", "attention", SHOW, ORDER, ID), {"ward": wards})
    show = given.get(SHOW, "any" if ID in given else "open")
    chosen = CaseFilter(
        agency=agency,
        status=CaseStatus.OPEN.value if show in _TO_DO else None,
        tasks=_SHOWN[show],
        urgency=given.get("urgency"),
        category=given.get("category"),
        ward=given.get("ward"),
        attention=_attention(given),
        id=given.get(ID),
    )
    order = Order(given.get(ORDER, Order.URGENT)) if show in _TO_DO else Order.NEWEST
    return _read(Wish(chosen=chosen, show=show, order=order, given=given, cursor=asked.get("cursor", "")))


def board_wish(asked: Mapping[str, str], wards: Collection[str], agencies: Collection[str]) -> Wish:
    """The filters of the board.

    Raises:
        Unprocessable: a filter that nobody knows.
    """
    names = ("status", "urgency", "category", "ward", "agency", "attention", ID)
    given = _known(asked, names, {"ward": wards, "agency": agencies})
    chosen = CaseFilter(
        status=given.get("status"),
        urgency=given.get("urgency"),
        category=given.get("category"),
        ward=given.get("ward"),
        agency=given.get("agency"),
        attention=_attention(given),
        id=given.get(ID),
    )
    return _read(Wish(chosen=chosen, given=given, cursor=asked.get("cursor", "")))


def read_id(typed: str) -> str:
    """How the id of a case or task begins, as somebody typed it.

    Raises:
        Unprocessable: it is no id, or so short that it could be a plate or a passport number.
    """
    begins = typed.strip().lower()
    if not re.fullmatch(ID_FORM, begins):
        raise Unprocessable("invalid-filter", _NO_ID)
    if len(begins) < _PLAIN and mask_text(begins) != begins:
        raise Unprocessable("invalid-filter", _NO_PLATE)
    return begins


def _read(wish: Wish) -> Wish:
    """The wish, unless its cursor was made by hand."""
    _ = wish.place
    return wish


def _known(asked: Mapping[str, str], names: Collection[str], places: Mapping[str, Collection[str]]) -> dict[str, str]:
    given = {name: value for name in names if (value := asked.get(name))}
    if ID in given:
        given[ID] = read_id(given[ID])
    for name, value in given.items():
        if name != ID and value not in places.get(name, _WORDS.get(name, ())):
            raise Unprocessable("invalid-filter", _UNKNOWN)
    return given


def _attention(given: Mapping[str, str]) -> Attention | None:
    return Attention(given["attention"]) if "attention" in given else None
