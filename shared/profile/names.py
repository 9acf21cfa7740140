"""What people call a ward: today's name or a merged one's, however it is spelt."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from shared.profile.entries import Ward
from shared.text import fold

_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one name can mean. `kind` and `district` are those of the time when the name was in force."""

    ward: Ward
    kind: str
    district: str | None
    is_current: bool


class WardNames:
    """All names of all wards."""

    def __init__(self, wards: Iterable[Ward]) -> None:
        self._meanings: dict[str, tuple[Meaning, ...]] = {}
        for ward in wards:
            for name, meaning in _meanings(ward):
                self._meanings[name] = (*self._meanings.get(name, ()), meaning)

    def meant_by(self, text: str) -> Ward | None:
        """The one ward that a name means, or None. A kind in front and a district after a comma narrow it down."""
        name, _, context = text.partition(",")
        kind, bare = _split_kind(folded(name))
        around = folded(context)
        meant = self._meanings.get(bare, ())
        meant = _narrow(meant, lambda m: m.kind == kind)
        meant = _narrow(meant, lambda m: m.district is not None and m.district in around)
        meant = _narrow(meant, lambda m: m.is_current)
        wards = {m.ward.id: m.ward for m in meant}
        return next(iter(wards.values())) if len(wards) == 1 else None


def folded(text: str) -> str:
    """Lower case, no diacritics, words and figures only: what two spellings of one name have in common."""
    return " ".join(_WORD.findall(fold(text)))


def _meanings(ward: Ward) -> Iterator[tuple[str, Meaning]]:
    yield folded(ward.name), Meaning(ward, ward.kind, None, is_current=True)
    for old in ward.old:
        district = folded(old.district) if old.district else None
        yield folded(old.name), Meaning(ward, old.kind, district, is_current=False)


_KIND = re.compile(r"(?:(phuong|p)|(xa|x)|(thi tran|tt)) (.+)")


def _split_kind(name: str) -> tuple[str | None, str]:
    """The kind that a folded name starts with, if any, and the rest."""
    found = _KIND.fullmatch(name)
    if not found:
        return None, name
    kind = "phuong" if found[1] else "xa" if found[2] else "thi-tran"
    return kind, found[4]


def _narrow(meant: tuple[Meaning, ...], is_better: Callable[[Meaning], bool]) -> tuple[Meaning, ...]:
    """Those that are better, or all of them if none is."""
    return tuple(m for m in meant if is_better(m)) or meant
