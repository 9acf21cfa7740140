"""Number plates: one spelling for each, whatever a camera or a tired officer wrote.

A form nobody knows is kept with a flag: a pass is never refused for the shape of its plate.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Strict, WithJsonSchema

from shared.text.refusals import invalid

MAX_PLATE = 16
_MAX_WRITTEN = 40

# Circular 24/2023/TT-BCA, annex 2; plates keep the code of the province they were given in.
_PROVINCE_OF: dict[str, str] = {
    code: name
    for name, codes in {
        "Cao Bằng": "11", "Lạng Sơn": "12", "Quảng Ninh": "14", "Hải Phòng": "15 16", "Thái Bình": "17",
        "Nam Định": "18", "Phú Thọ": "19", "Thái Nguyên": "20", "Yên Bái": "21", "Tuyên Quang": "22",
        "Hà Giang": "23", "Lào Cai": "24", "Lai Châu": "25", "Sơn La": "26", "Điện Biên": "27", "Hòa Bình": "28",
        "Hà Nội": "29 30 31 32 33 40", "Hải Dương": "34", "Ninh Bình": "35", "Thanh Hóa": "36", "Nghệ An": "37",
        "Hà Tĩnh": "38", "Đà Nẵng": "43", "Đắk Lắk": "47", "Đắk Nông": "48", "Lâm Đồng": "49",
        "Thành phố Hồ Chí Minh": "41 50 51 52 53 54 55 56 57 58 59", "Đồng Nai": "39 60", "Bình Dương": "61",
        "Long An": "62", "Tiền Giang": "63", "Vĩnh Long": "64", "Cần Thơ": "65", "Đồng Tháp": "66",
        "An Giang": "67", "Kiên Giang": "68", "Cà Mau": "69", "Tây Ninh": "70", "Bến Tre": "71",
        "Bà Rịa – Vũng Tàu": "72", "Quảng Bình": "73", "Quảng Trị": "74", "Huế": "75", "Quảng Ngãi": "76",
        "Bình Định": "77", "Phú Yên": "78", "Khánh Hòa": "79", "Cục Cảnh sát giao thông": "80", "Gia Lai": "81",
        "Kon Tum": "82", "Sóc Trăng": "83", "Trà Vinh": "84", "Ninh Thuận": "85", "Bình Thuận": "86",
        "Vĩnh Phúc": "88", "Hưng Yên": "89", "Hà Nam": "90", "Quảng Nam": "92", "Bình Phước": "93",
        "Bạc Liêu": "94", "Hậu Giang": "95", "Bắc Kạn": "97", "Bắc Giang": "98", "Bắc Ninh": "99",
    }.items()
    for code in codes.split()
}  # fmt: skip

_CIVIL = re.compile(r"(?P<code>[0-9]{2})(?:[A-Z]{1,2}[0-9]?)[0-9]{4,5}")  # 75A12345, 75F112345, 51LD12345
_DIPLOMATIC = re.compile(r"(?P<code>[0-9]{2})(?:(?:NG|QT|NN|CV)[0-9]{5}|[0-9]{3}(?:NG|QT|NN|CV)[0-9]{2})")
_TEMPORARY = re.compile(r"T(?P<code>[0-9]{2})[0-9]{5,6}")
_MILITARY = re.compile(r"[A-Z]{2}[0-9]{4}")


@dataclass(frozen=True, slots=True)
class PlateReading:
    """A plate in its one spelling (`75A12345`), whether its form is known, and the province it was given in."""

    plate: str
    known_form: bool
    province: str | None


def _spelling(text: str) -> str:
    """Upper-case letters and digits only; diacritics go, Đ → D, since cameras read neither."""
    # Upper case on both sides of the decomposition: some letters change case only once taken apart.
    marks = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text.upper()).upper().replace("Đ", "D"))
    return "".join(character for character in marks if character.isalnum())


def read_plate(text: str) -> PlateReading:
    """Read a plate as written (`"75a-123.45"`, `"75F1 23456"`).

    Raises:
        PydanticCustomError: there is no letter or digit in it, or far too many.
    """
    plate = _spelling(text[:_MAX_WRITTEN])
    if not plate or len(text) > _MAX_WRITTEN or len(plate) > MAX_PLATE:
        raise invalid(
            "plate",
            "Biển số cần có chữ hoặc số, tối đa 16 ký tự, ví dụ 75A-123.45.",
            "A plate has letters or digits, at most 16, for example 75A-123.45.",
        )
    for form in (_CIVIL, _DIPLOMATIC, _TEMPORARY):
        if found := form.fullmatch(plate):
            province = _PROVINCE_OF.get(found["code"])
            return PlateReading(plate, known_form=province is not None, province=province)
    return PlateReading(plate, known_form=_MILITARY.fullmatch(plate) is not None, province=None)


Plate = Annotated[
    str,
    Strict(),
    AfterValidator(lambda text: read_plate(text).plate),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": _MAX_WRITTEN, "examples": ["75A-123.45"]}),
]
