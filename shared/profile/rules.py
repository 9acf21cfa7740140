"""What must hold between the entries of a profile, beyond each entry's own form."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.profile.entries import KINDS, URGENCIES, Clocks, Hospital, Post, Ward
from shared.profile.profile import Profile


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """`file` is the part's name; `where` leads from the top of that file to the value at fault."""

    file: str
    where: tuple[str | int, ...]
    reason: str


def broken_rules(profile: Profile) -> tuple[BrokenRule, ...]:
    """Every rule that the profile breaks, in the order of the files."""
    return tuple(rule for check in _CHECKS for rule in check(profile))


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


def _timezone_exists(profile: Profile) -> Iterator[BrokenRule]:
    try:
        ZoneInfo(profile.province.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        yield BrokenRule("province", ("province", "timezone"), f"no time zone {profile.province.timezone!r}")


def _ids_are_unique(profile: Profile) -> Iterator[BrokenRule]:
    lists: dict[str, Sequence[_Identified]] = {
        "wards": profile.wards,
        "agencies": profile.agencies,
        "posts": profile.posts,
        "areas": profile.areas,
        "teams": profile.teams,
        "hospitals": profile.hospitals,
        "watchlist": profile.watchlist,
    }
    for name, entries in lists.items():
        times = Counter(entry.id for entry in entries)
        for position, entry in enumerate(entries):
            if times[entry.id] > 1:
                yield BrokenRule(name, (name, position, "id"), f"{entry.id!r} stands {times[entry.id]} times")


def _wards_exist(profile: Profile) -> Iterator[BrokenRule]:
    known = {ward.id for ward in profile.wards}
    named: list[tuple[str, int, str]] = [("posts", i, post.ward) for i, post in enumerate(profile.posts)]
    named += [("hospitals", i, hospital.ward) for i, hospital in enumerate(profile.hospitals)]
    named += [("teams", i, ward) for i, team in enumerate(profile.teams) for ward in team.wards]
    for name, position, ward in named:
        if ward not in known:
            field = "wards" if name == "teams" else "ward"
            yield BrokenRule(name, (name, position, field), f"no ward {ward!r} in wards.yaml")


def _agencies_exist(profile: Profile) -> Iterator[BrokenRule]:
    known = {agency.id for agency in profile.agencies}
    for position, agency in enumerate(profile.agencies):
        if agency.next is not None and (agency.next not in known or agency.next == agency.id):
            yield BrokenRule("agencies", ("agencies", position, "next"), f"no other agency {agency.next!r}")
    for position, watched in enumerate(profile.watchlist):
        if watched.source not in known:
            yield BrokenRule("watchlist", ("watchlist", position, "source"), f"no agency {watched.source!r}")


def _every_kind_has_an_agency(profile: Profile) -> Iterator[BrokenRule]:
    for kind in KINDS:
        if not any(kind in agency.kinds for agency in profile.agencies):
            yield BrokenRule("agencies", ("agencies",), f"nobody handles {kind!r}")


def _clocks_are_whole(profile: Profile) -> Iterator[BrokenRule]:
    for position, agency in enumerate(profile.agencies):
        where = ("agencies", position, "clocks")
        for urgency in URGENCIES:
            if urgency not in agency.clocks:
                yield BrokenRule("agencies", where, f"no clocks for {urgency!r}")
            elif not _is_ordered(agency.clocks[urgency]):
                yield BrokenRule("agencies", (*where, urgency), "must be acknowledge ≤ update ≤ resolve")


def _is_ordered(clocks: Clocks) -> bool:
    return clocks.acknowledge <= clocks.update <= clocks.resolve


def _areas_end_after_they_begin(profile: Profile) -> Iterator[BrokenRule]:
    for position, area in enumerate(profile.areas):
        if area.until is not None and area.until <= area.since:
            yield BrokenRule("areas", ("areas", position, "until"), "must be later than `since`")


def _places_lie_in_the_province(profile: Profile) -> Iterator[BrokenRule]:
    box = profile.province.box
    lists: dict[str, Sequence[Ward | Post | Hospital]] = {
        "wards": profile.wards,
        "posts": profile.posts,
        "hospitals": profile.hospitals,
    }
    for name, places in lists.items():
        for position, place in enumerate(places):
            if not box.holds(place.latitude, place.longitude):
                yield BrokenRule(name, (name, position, "latitude"), "lies outside the province's box")


def _answers_are_whole(profile: Profile) -> Iterator[BrokenRule]:
    given = Counter((step.kind, step.urgency) for step in profile.answers.steps)
    for kind, urgency in product(KINDS, URGENCIES):
        if given[kind, urgency] != 1:
            reason = f"{given[kind, urgency]} answers for {kind} × {urgency}, one is needed"
            yield BrokenRule("answers", ("answers", "steps"), reason)


_Check = Callable[[Profile], Iterable[BrokenRule]]

_CHECKS: tuple[_Check, ...] = (
    _timezone_exists,
    _ids_are_unique,
    _wards_exist,
    _agencies_exist,
    _every_kind_has_an_agency,
    _clocks_are_whole,
    _areas_end_after_they_begin,
    _places_lie_in_the_province,
    _answers_are_whole,
)
