"""People who do not exist, with names, numbers and addresses that look like Huế's.

Phones have the block 000 behind a real prefix and identity numbers the block 99, so that they are seen to be made up
and still take the form of real ones.
"""

from collections.abc import Callable, Mapping
from datetime import date
from random import Random
from typing import Literal

from deploy.demo.actions import Person
from deploy.demo.chance import chance
from deploy.demo.spelling import bare
from deploy.demo.words import word_lists
from shared.profile import Profile

Sex = Literal["male", "female"]

_OTHER_PROVINCES = ("048", "045", "044", "040", "079", "001")
_OTHER_PLATES = ("43", "74", "73", "92", "51", "29", "30", "61", "38")
_MALE_2000, _FEMALE_1900 = 2, 1
_TURN = 2000
_YOUNG_SINCE = 1985
# The letters behind the province's code, by what the vehicle is.
_SERIES: Mapping[str, tuple[str, ...]] = {
    "motorbike": tuple(f"{letter}{figure}" for letter in "BCDEFGHKLMN" for figure in range(1, 10)),
    "car": ("A", "A", "D", "E"),
    "coach": ("B",),
    "lorry": ("C",),
    "tractor": ("C",),
    "trailer": ("R",),
}


class People:
    """Makes persons, no phone, identity number or name twice."""

    def __init__(self, rng: Random, profile: Profile, today: date) -> None:
        self._rng = rng
        self._wards = profile.wards
        self._own = profile.province.cccd
        self._today = today
        self._taken: set[str] = set()

    def somebody(self, *, ward: str | None = None, ages: tuple[int, int] = (18, 78)) -> Person:
        rng = self._rng
        sex: Sex = "male" if chance(rng, 0.5) else "female"
        born = self._birthday(ages)
        name = self._fresh(lambda: self._name(sex, born.year), _tail)
        number = self._fresh(lambda: f"{rng.choice(word_lists()['phone prefixes'])}000{rng.randrange(10_000):04}")
        return Person(
            name=name,
            sex=sex,
            born=born,
            phone=number,
            cccd=self._fresh(lambda: self._cccd(sex, born.year)),
            email=self._email(name, number),
            address=f"{self.house()} {rng.choice(word_lists()['streets'])}",
            ward=ward or rng.choice(self._wards).id,
        )

    def house(self) -> str:
        """A house number: `12`, `7/23`, `kiệt 45`."""
        number = self._rng.randrange(1, 320)
        form = self._rng.randrange(4)
        return (f"{number}", f"{number}/{self._rng.randrange(1, 60)}", f"kiệt {number}", f"số {number}")[form]

    def _birthday(self, ages: tuple[int, int]) -> date:
        days = self._rng.randrange(ages[0] * 366, ages[1] * 365)
        return date.fromordinal(self._today.toordinal() - days)

    def _name(self, sex: Sex, born: int) -> str:
        """At least four words, so that it is never a word of the language or the name of a ward."""
        rng, words = self._rng, word_lists()
        given = rng.choice(words[f"given {sex}"])
        if chance(rng, 0.25):
            return f"{rng.choice(words[f'noble {sex}'])} {rng.choice(words['second'])} {given}"
        era = "younger" if born >= _YOUNG_SINCE else "older"
        middle = rng.choice(words[f"middle {era} {sex}"])
        second = rng.choice([word for word in words["second"] if word != middle])
        return f"{rng.choice(words['families'])} {middle} {second} {given}"

    def _cccd(self, sex: Sex, born: int) -> str:
        """Province of registration, century with sex, year, then a block that starts with 99 for "made up"."""
        province = self._own if chance(self._rng, 0.9) else self._rng.choice(_OTHER_PROVINCES)
        century = (_MALE_2000 if born >= _TURN else 0) + (_FEMALE_1900 if sex == "female" else 0)
        return f"{province}{century}{born % 100:02}99{self._rng.randrange(10_000):04}"

    def _email(self, name: str, number: str) -> str:
        """Not the whole name, which is looked for on its own."""
        *_, second, given = bare(name).lower().split()
        return f"{given}{second}{number[-4:]}@thu.example"

    def _fresh(self, make: Callable[[], str], sameness: Callable[[str], str] = str) -> str:
        value = make()
        while sameness(value) in self._taken:
            value = make()
        self._taken.add(sameness(value))
        return value


def _tail(name: str) -> str:
    """The last four words without diacritics: two names that differ before them only would be found in each other."""
    return " ".join(bare(name).lower().split()[-4:])


class Plates:
    """Makes number plates as they are painted, none twice."""

    def __init__(self, rng: Random, profile: Profile) -> None:
        self._rng = rng
        self._own = profile.province.plates[0]
        self._taken: set[str] = set()

    def of(self, vehicle: str) -> str:
        """The plate of a motorbike, car, coach, lorry, tractor or trailer; three in four are Huế's."""
        plate = self._painted(vehicle)
        while plate in self._taken:
            plate = self._painted(vehicle)
        self._taken.add(plate)
        return plate

    def odd(self) -> str:
        """A form that readers may not know: the army's, a diplomat's, a foreigner's, a temporary one."""
        rng = self._rng
        number = rng.randrange(1000, 10_000)
        form = rng.randrange(4)
        return (
            f"TM-{number}",
            f"41-{number % 900 + 100}-NG-{number % 90 + 10}",
            f"UN {number} LA",
            f"T75-{number}9",
        )[form]

    def _painted(self, vehicle: str) -> str:
        rng = self._rng
        code = self._own if chance(rng, 0.75) else rng.choice(_OTHER_PLATES)
        return f"{code}{rng.choice(_SERIES[vehicle])}-{rng.randrange(10, 1000):03}.{rng.randrange(100):02}"
