"""The citizen's identity number (căn cước công dân): 12 digits whose parts must make sense together."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Strict, WithJsonSchema

from shared.clock import HANOI, now
from shared.text.refusals import invalid

# Circular 59/2021/TT-BCA, annex 1: codes of the provinces as they were when numbers were given (46 is Huế).
PROVINCES = frozenset(
    {
        "001", "002", "004", "006", "008", "010", "011", "012", "014", "015", "017", "019", "020", "022",
        "024", "025", "026", "027", "030", "031", "033", "034", "035", "036", "037", "038", "040", "042",
        "044", "045", "046", "048", "049", "051", "052", "054", "056", "058", "060", "062", "064", "066",
        "067", "068", "070", "072", "074", "075", "077", "079", "080", "082", "083", "084", "086", "087",
        "089", "091", "092", "093", "094", "095", "096",
    }
)  # fmt: skip
_CENTURY_OF = {"0": 1900, "1": 1900, "2": 2000, "3": 2000}  # even: male, odd: female; 4 and more lie in the future
_MAX_WRITTEN = 40
_PUNCTUATION = re.compile(r"[\s.\-\u200b-\u200d\u2060\ufeff]")
_TWELVE = re.compile(r"[0-9]{12}")


def read_cccd(text: str, year: int) -> str:
    """The 12 digits, if province, century and year of birth are plausible in `year`; there is no check digit.

    Raises:
        PydanticCustomError: it can't be a citizen's number.
    """
    digits = _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text[:_MAX_WRITTEN]))
    century = _CENTURY_OF.get(digits[3:4])
    plausible = (
        _TWELVE.fullmatch(digits) is not None
        and digits[:3] in PROVINCES
        and century is not None
        and century + int(digits[4:6]) <= year
    )
    if not plausible:
        raise invalid(
            "cccd",
            "Số căn cước phải có 12 chữ số như trên thẻ; hãy xem lại.",
            "The identity number has 12 digits as printed on the card; check it.",
        )
    return digits


Cccd = Annotated[
    str,
    Strict(),
    AfterValidator(lambda text: read_cccd(text, now().astimezone(HANOI).year)),
    WithJsonSchema({"type": "string", "minLength": 12, "maxLength": _MAX_WRITTEN, "examples": ["046090000001"]}),
]
