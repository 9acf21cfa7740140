"""Names on the watch list (F47): how many are found as they are really written, and whom they are mistaken for."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, islice
from random import Random

from bench.people import (
    given_name_first,
    in_capitals,
    name_of,
    with_a_slip,
    with_two_slips,
    without_a_middle_word,
    without_marks,
)
from bench.sections import Measurement, Outcome, Size
from deploy.embedded.pair import Pair
from services.checkpoints.watchlist.names import NameKeys, folded_name, is_same_name

_KEYS = NameKeys(bytes(32))
_SEED = 2_026
_VARIANTS = {
    "without marks": without_marks,
    "in capitals": in_capitals,
    "given name first": given_name_first,
    "with one slip": with_a_slip,
    "without a middle word": without_a_middle_word,
    "with two slips": with_two_slips,
}
_MUST_BE_FOUND = tuple(name for name in _VARIANTS if name != "with two slips")
_PEOPLE: Mapping[str, int] = {"smoke": 200, "small": 2_000, "full": 5_000}
_LISTS: Mapping[str, tuple[int, ...]] = {
    "smoke": (100, 1_000),
    "small": (1_000, 10_000, 50_000),
    "full": (1_000, 10_000, 100_000),
}


def measure(_: Pair, size: Size) -> Outcome:
    people, lists = _PEOPLE[size.name], _LISTS[size.name]
    found = {variant: found_share(list(islice(_names(_SEED), people)), variant) for variant in _VARIANTS}
    strangers = mistaken_shares(list(islice(_names(_SEED + 1), people)), _names(_SEED + 2), lists)
    return _outcome(found, strangers, people)


def found_share(names: Sequence[str], variant: str) -> float:
    """Of names on the list the share, in per cent, that is found when it is written in this way."""
    chance, change = Random(_SEED), _VARIANTS[variant]
    written = [(name, change(name, chance)) for name in names]
    changed = [(name, other) for name, other in written if other != name]
    return 100 * sum(meet(name, other) for name, other in changed) / max(1, len(changed))


def mistaken_shares(
    strangers: Sequence[str], listed: Iterator[str], lists: Sequence[int]
) -> dict[int, tuple[float, float]]:
    """Of people who are on no list, for each length of it in per cent: who shares a name, who only looks alike."""
    by_key: dict[int, set[str]] = defaultdict(set)
    for folded in map(folded_name, strangers):
        for key in _KEYS.of(folded):
            by_key[key].add(folded)
    namesakes: set[str] = set()
    alike: set[str] = set()
    shares: dict[int, tuple[float, float]] = {}
    for number, folded in zip(count(1), map(folded_name, listed), strict=False):
        met = {each for key in _KEYS.of(folded) for each in by_key.get(key, ()) if is_same_name(folded, each)}
        namesakes |= met & {folded}
        alike |= met
        if number in lists:
            same = _share(strangers, namesakes)
            shares[number] = (same, _share(strangers, alike) - same)
        if number >= max(lists):
            break
    return shares


def meet(one: str, other: str) -> bool:
    """Whether a look-up of one name finds an entry of the other."""
    left, right = folded_name(one), folded_name(other)
    return bool(set(_KEYS.of(left)) & set(_KEYS.of(right))) and is_same_name(left, right)


def _share(strangers: Sequence[str], folded: set[str]) -> float:
    return 100 * sum(folded_name(each) in folded for each in strangers) / len(strangers)


def _names(seed: int) -> Iterator[str]:
    chance = Random(seed)
    return (name_of(chance) for _ in count())


def _outcome(found: Mapping[str, float], strangers: Mapping[int, tuple[float, float]], people: int) -> Outcome:
    worst = min(found[variant] for variant in _MUST_BE_FOUND)
    listed = sorted(strangers)[1]
    same, alike = strangers[listed]
    rows = [
        (f"listed, written {variant}", f"{share:.2f}", f"{100 - share:.2f}", "–") for variant, share in found.items()
    ]
    rows += [
        (f"stranger, {length:,} names listed", "–", "–", f"{shares[0]:.2f} + {shares[1]:.2f}")
        for length, shares in strangers.items()
    ]
    return Outcome(
        headline=f"{worst:.1f} % found of what must be, {found['with two slips']:.1f} % with two slips; of strangers "
        f"{same:.1f} % share a name with one of {listed:,}, {alike:.1f} % only look alike",
        met=worst == 100,
        columns=("", "found %", "missed %", "mistaken %: same name + alike"),
        rows=tuple(rows),
        notes=(
            (
                f"{people:,} names of each kind, drawn as names are spread in Vietnam; a slip is a letter left out, "
                "changed, doubled or swapped with its neighbour. Names of three words do not lose one. Real "
                "names are more varied than these: fewer strangers share one."
            ),
            (
                "Namesakes cannot be told apart by a name: it alone never decides more than a closer look "
                "(`services/checkpoints/watchlist/names.py`)."
            ),
        ),
    )


MEASUREMENT = Measurement(
    name="names",
    title="Names on the watch list: found, missed, mistaken",
    budget="every name with one slip, in any order, without marks or a middle word is found",
    run=measure,
)
