"""People and vehicles that do not exist: names as they are spread in Vietnam, numbers and plates; all from a seed."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Self

from shared.text import fold

_FAMILIES: Mapping[str, float] = {
    "Nguyễn": 38.4,
    "Trần": 11.0,
    "Lê": 9.5,
    "Phạm": 7.1,
    "Hoàng": 3.0,
    "Huỳnh": 2.1,
    "Phan": 4.5,
    "Võ": 2.2,
    "Vũ": 1.7,
    "Đặng": 2.1,
    "Bùi": 2.0,
    "Đỗ": 1.4,
    "Hồ": 1.3,
    "Ngô": 1.3,
    "Dương": 1.0,
    "Lý": 0.5,
    "Tôn Thất": 0.4,
    "Tôn Nữ": 0.4,
    "Nguyễn Phước": 0.6,
}
"""In per cent: Lê Trung Hoa, "Họ và tên người Việt Nam", 2005; the last ones are Huế's own, ILLUSTRATIVE."""
_OTHER_MIDDLES = """
    Minh Quang Ngọc Thanh Đức Công Xuân Quốc Anh Hoàng Gia Bảo Phương Thu Kim Diệu Khánh Thế Trọng Viết
"""
_MIDDLES: Mapping[str, float] = {
    **dict.fromkeys(("Văn", "Thị"), 15.0),
    **dict.fromkeys(("Thị Kim", "Thị Thu", "Thị Ngọc", "Thị Thanh", "Thị Mỹ", "Thị Bích", "Đình", "Hữu"), 2.5),
    **dict.fromkeys(_OTHER_MIDDLES.split(), 1.5),
}
_GIVEN = """
    An Anh Ánh Bảo Bình Châu Chi Chiến Cường Diễm Diệp Dũng Dung Duy Duyên Đạt Điệp Đông Đức Giang Hà Hải Hạnh
    Hằng Hân Hậu Hiền Hiếu Hoa Hòa Hoàng Hồng Huệ Hùng Huy Huyền Hương Hưng Kha Khánh Khoa Kiên Lam Lan Lâm Lệ
    Liên Linh Loan Long Lộc Lợi Lực Ly Mai Mạnh Minh My Mỹ Nam Nga Ngân Nghĩa Ngọc Nguyên Nhân Nhật Nhi Nhung
    Oanh Phát Phong Phú Phúc Phương Quân Quang Quốc Quý Quyên Quỳnh Sang Sơn Tài Tâm Tấn Thái Thanh Thành Thảo
    Thắng Thi Thiện Thịnh Thọ Thông Thu Thuận Thủy Thúy Thư Thương Tiến Tín Toàn Trang Trâm Trí Trinh Trung
    Trúc Tú Tuấn Tùng Tuyết Tường Uyên Vân Vi Việt Vinh Vũ Vy Xuân Yến
"""
_GIVEN_NAMES = _GIVEN.split()
_PROVINCES = ("046", "045", "048", "044", "001", "079")
"""Of identity numbers: Huế most of all, its neighbours, Hà Nội and Hồ Chí Minh City."""
_NETWORKS = ("090", "091", "093", "094", "097", "098")
_SERIES = "ABCDFHK"
_LETTERS = "abcdeghiklmnopqrstuvxy"


@dataclass(frozen=True, slots=True)
class Someone:
    """A person with what is asked at a post."""

    name: str
    cccd: str
    phone: str

    @classmethod
    def drawn(cls, chance: Random, *, is_sought: bool) -> Self:
        """Anybody; numbers of those who are sought are even, so that nobody else has one by chance."""
        odd = 0 if is_sought else 1
        return cls(name_of(chance), cccd_of(chance, odd), phone_of(chance, odd))


def name_of(chance: Random) -> str:
    """Family, middle and given name, as often as they are met; many people share one."""
    return f"{_drawn(chance, _FAMILIES)} {_drawn(chance, _MIDDLES)} {chance.choice(_GIVEN_NAMES)}"


def cccd_of(chance: Random, odd: int) -> str:
    """Twelve digits of somebody born between 1950 and 1999."""
    number = 2 * chance.randrange(500_000) + odd
    return f"{chance.choice(_PROVINCES)}{chance.randrange(2)}{chance.randrange(50, 100)}{number:06}"


def phone_of(chance: Random, odd: int) -> str:
    return f"{chance.choice(_NETWORKS)}{2 * chance.randrange(5_000_000) + odd:07}"


def plate_of(chance: Random, odd: int) -> str:
    """A car's or lorry's plate; every second one is Huế's."""
    place = 75 if chance.random() < 0.5 else chance.choice((43, 73, 74, 29, 51, 92))
    return f"{place}{chance.choice(_SERIES)}-{chance.randrange(1_000):03}.{2 * chance.randrange(50) + odd:02}"


def without_marks(name: str, _: Random) -> str:
    """As a phone without a Vietnamese keyboard writes it."""
    return fold(name)


def in_capitals(name: str, _: Random) -> str:
    """As identity cards print it."""
    return name.upper()


def given_name_first(name: str, _: Random) -> str:
    words = name.split()
    return " ".join([words[-1], *words[:-1]])


def without_a_middle_word(name: str, chance: Random) -> str:
    """Only names of four words can lose one; others stay as they are."""
    words = name.split()
    if len(words) > 3:
        del words[chance.randrange(1, len(words) - 1)]
    return " ".join(words)


def with_a_slip(name: str, chance: Random) -> str:
    """One letter left out, changed, doubled or swapped with its neighbour."""
    place = chance.choice([place for place in range(len(name) - 1) if name[place : place + 2].isalpha()])
    before, here, following, after = name[:place], name[place], name[place + 1], name[place + 2 :]
    return chance.choice(
        (
            f"{before}{following}{after}",
            f"{before}{chance.choice(_LETTERS)}{following}{after}",
            f"{before}{here}{here}{following}{after}",
            f"{before}{following}{here}{after}",
        )
    )


def with_two_slips(name: str, chance: Random) -> str:
    return with_a_slip(with_a_slip(name, chance), chance)


def _drawn(chance: Random, weighted: Mapping[str, float]) -> str:
    return chance.choices(tuple(weighted), tuple(weighted.values()))[0]
