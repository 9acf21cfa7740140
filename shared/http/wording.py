"""pydantic's validation errors in words people can act on, in both languages."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from shared.errors import Text
from shared.http.problems import Problem, ProblemField

_MAX_FIELDS = 50
_NAME_OF_FIELD = re.compile(r"[a-z][a-z_]{0,40}")

_INTEGER = Text("Phải là số nguyên.", "This must be an integer.")
_NUMBER = Text("Phải là số.", "This must be a number.")
_YES_OR_NO = Text("Phải là true hoặc false.", "This must be true or false.")
_CHOICE = Text("Hãy chọn một trong: {expected}.", "Choose one of: {expected}.")
_LIST = Text("Phải là danh sách.", "This must be a list.")
_OBJECT = Text("Phải là đối tượng JSON.", "This must be a JSON object.")
_UUID = Text("Phải là UUID.", "This must be a UUID.")
_DAY = Text("Phải là ngày, ví dụ 2026-11-23.", "This must be a day such as 2026-11-23.")
_MOMENT = Text(
    "Phải là thời điểm, ví dụ 2026-11-23T08:30:00+07:00.",
    "This must be a moment such as 2026-11-23T08:30:00+07:00.",
)

_WORDS: dict[str, Text] = {
    "missing": Text("Thiếu mục này; hãy điền vào.", "This field is missing; fill it in."),
    "extra_forbidden": Text("Không có mục này; hãy bỏ đi.", "There is no such field; leave it out."),
    "string_type": Text("Phải là chuỗi ký tự.", "This must be a string."),
    "string_too_short": Text("Quá ngắn; cần ít nhất {min_length} ký tự.", "Write at least {min_length} characters."),
    "string_too_long": Text("Quá dài; tối đa {max_length} ký tự.", "Write at most {max_length} characters."),
    "string_pattern_mismatch": Text("Không đúng dạng.", "This does not have the expected form."),
    "int_type": _INTEGER,
    "int_parsing": _INTEGER,
    "int_from_float": _INTEGER,
    "int_parsing_size": Text("Số quá lớn.", "The number is too large."),
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": Text("Phải là số hữu hạn.", "This must be a finite number."),
    "bool_type": _YES_OR_NO,
    "bool_parsing": _YES_OR_NO,
    "greater_than": Text("Phải lớn hơn {gt}.", "This must be greater than {gt}."),
    "greater_than_equal": Text("Phải từ {ge} trở lên.", "This must be at least {ge}."),
    "less_than": Text("Phải nhỏ hơn {lt}.", "This must be less than {lt}."),
    "less_than_equal": Text("Không được quá {le}.", "This must be at most {le}."),
    "enum": _CHOICE,
    "literal_error": _CHOICE,
    "union_tag_invalid": Text("Hãy chọn một trong: {expected_tags}.", "Choose one of: {expected_tags}."),
    "union_tag_not_found": Text("Thiếu mục {discriminator}.", "The field {discriminator} is missing."),
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "too_short": Text("Cần ít nhất {min_length} phần tử.", "There must be at least {min_length} items."),
    "too_long": Text("Tối đa {max_length} phần tử.", "There may be at most {max_length} items."),
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "uuid_type": _UUID,
    "uuid_parsing": _UUID,
    "uuid_version": _UUID,
    "datetime_type": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "datetime_object_invalid": _MOMENT,
    "timezone_aware": _MOMENT,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "none_required": Text("Phải là null.", "This must be null."),
}
_OTHERWISE = Text("Giá trị không hợp lệ; hãy xem lại.", "This value is not acceptable; check it.")


def words_of(error: Mapping[str, Any]) -> Text:
    """What to do about one pydantic error; never the input itself, nor pydantic's own words about it.

    `too_long` and `too_short` are ours for text (with both sentences) and pydantic's for lists.
    """
    context: Mapping[str, Any] = error.get("ctx") or {}
    if "vi" in context and "en" in context:
        return Text(str(context["vi"]), str(context["en"]))
    text = _WORDS.get(str(error.get("type")), _OTHERWISE)
    try:
        return Text(text.vi.format_map(context).replace(" or ", " hoặc "), text.en.format_map(context))
    except KeyError:
        return _OTHERWISE


def _field(location: Sequence[int | str], kind: str) -> str:
    """The path with dots.

    A key that the client made up shows only if it looks like one of ours, since it may be data; the names of union
    members, which pydantic puts in, don't show.
    """
    parts = [str(part) for part in location if not (isinstance(part, str) and ("[" in part or "(" in part))]
    if kind == "extra_forbidden" and parts and not _NAME_OF_FIELD.fullmatch(parts[-1]):
        parts[-1] = "?"
    return ".".join(parts)


def field_problem(error: Mapping[str, Any]) -> ProblemField:
    """One error with the location that FastAPI gives it: `("body", "subject", "phone")`."""
    location = tuple(error.get("loc", ()))
    place = str(location[0]) if location else "body"
    return ProblemField(_field(location[1:], str(error.get("type"))), place, words_of(error))


def invalid_fields(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """All errors of one request as one problem."""
    fields = [field_problem(error) for error in errors[:_MAX_FIELDS]]
    return Problem(
        "invalid-fields",
        422,
        Text("Có mục chưa đúng; hãy sửa các mục dưới đây.", "Some fields need another look; correct those below."),
        fields,
    )
