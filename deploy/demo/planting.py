"""Keeps account of every name, number and plate that the day plants, and of how it was written."""

from dataclasses import dataclass, field

from deploy.demo.actions import Canary, CanaryKind, Person
from deploy.demo.spelling import compact_plate


@dataclass(slots=True)
class _Planted:
    spellings: dict[str, None] = field(default_factory=dict)  # a set that keeps its order
    in_fields: bool = False
    in_words: bool = False


class Planter:
    """Canaries in the order in which they were first planted."""

    def __init__(self) -> None:
        self._planted: dict[tuple[CanaryKind, str], _Planted] = {}

    def in_field(self, kind: CanaryKind, written: str) -> None:
        planted = self._of(kind, written)
        planted.in_fields = True
        planted.spellings[written] = None

    def in_words(self, kind: CanaryKind, value: str, written: str) -> None:
        """`written` is how `value` stands inside a sentence."""
        planted = self._of(kind, value)
        planted.in_words = True
        planted.spellings[written] = None

    def person(self, person: Person) -> None:
        """Everything of a person that goes into fields."""
        self.in_field("name", person.name)
        self.in_field("phone", person.phone)
        self.in_field("cccd", person.cccd)
        self.in_field("email", person.email)

    def canaries(self) -> tuple[Canary, ...]:
        return tuple(
            Canary(
                kind=kind,
                value=value,
                spellings=tuple(planted.spellings),
                in_fields=planted.in_fields,
                in_words=planted.in_words,
            )
            for (kind, value), planted in self._planted.items()
        )

    def _of(self, kind: CanaryKind, value: str) -> _Planted:
        canonical = compact_plate(value) if kind == "plate" else value
        return self._planted.setdefault((kind, canonical), _Planted())
