"""The verdict on a pass: from what was seen and what is known to what the officer does, and why. Pure.

Every finding has a rule; the strictest rule decides, and all findings are told. Thresholds of fever and which
finding weighs what are ILLUSTRATIVE where no decree says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.checkpoints.areas.domain import Area, Measure, areas_named
from services.checkpoints.permits.domain import KnownPermit, Standing
from services.checkpoints.watchlist.domain import Hit, WatchBy
from shared.clock import HANOI
from shared.events.checkpoints import FlagKind, Verdict

FEVER = 37.5
"""°C from which somebody is tested; the threshold of the Ministry of Health's screening forms."""
HIGH_FEVER = 38.5
"""°C from which an ambulance fetches somebody."""


class Direction(StrEnum):
    ENTER = "enter"
    LEAVE = "leave"


class Reason(StrEnum):
    """What was found."""

    HIGH_FEVER = "high_fever"
    WATCHLIST = "watchlist"
    AREA_ISOLATE = "area_isolate"
    PERMIT_UNKNOWN = "permit_unknown"
    PERMIT_REVOKED = "permit_revoked"
    PERMIT_EXPIRED = "permit_expired"
    PERMIT_NOT_YET = "permit_not_yet"
    PERMIT_OTHER_VEHICLE = "permit_other_vehicle"
    PERMIT_OTHER_POST = "permit_other_post"
    FEVER = "fever"
    AREA_TEST = "area_test"
    WATCHLIST_NAME = "watchlist_name"
    AREA_SCREEN = "area_screen"
    PERMIT_MISTYPED = "permit_mistyped"
    NO_PERMIT = "no_permit"
    PERMIT_VALID = "permit_valid"
    NO_PERMIT_NEEDED = "no_permit_needed"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a finding asks for, and what others must be told because of it."""

    verdict: Verdict
    flag: FlagKind | None = None


RULES: Mapping[Reason, Rule] = {
    Reason.HIGH_FEVER: Rule(Verdict.HOSPITAL_PICKUP),
    Reason.WATCHLIST: Rule(Verdict.ISOLATE, FlagKind.WATCHLIST_HIT),
    Reason.AREA_ISOLATE: Rule(Verdict.ISOLATE, FlagKind.EPIDEMIC_AREA),
    Reason.PERMIT_UNKNOWN: Rule(Verdict.REFUSE, FlagKind.BAD_PERMIT),
    Reason.PERMIT_REVOKED: Rule(Verdict.REFUSE, FlagKind.BAD_PERMIT),
    Reason.PERMIT_EXPIRED: Rule(Verdict.REFUSE, FlagKind.BAD_PERMIT),
    Reason.PERMIT_NOT_YET: Rule(Verdict.REFUSE),
    Reason.PERMIT_OTHER_VEHICLE: Rule(Verdict.REFUSE, FlagKind.BAD_PERMIT),
    Reason.PERMIT_OTHER_POST: Rule(Verdict.REFUSE),
    Reason.FEVER: Rule(Verdict.TEST),
    Reason.AREA_TEST: Rule(Verdict.TEST, FlagKind.EPIDEMIC_AREA),
    Reason.WATCHLIST_NAME: Rule(Verdict.SCREEN, FlagKind.WATCHLIST_HIT),
    Reason.AREA_SCREEN: Rule(Verdict.SCREEN, FlagKind.EPIDEMIC_AREA),
    Reason.PERMIT_MISTYPED: Rule(Verdict.SCREEN, FlagKind.BAD_PERMIT),
    Reason.NO_PERMIT: Rule(Verdict.SCREEN),
    Reason.PERMIT_VALID: Rule(Verdict.ALLOW),
    Reason.NO_PERMIT_NEEDED: Rule(Verdict.ALLOW),
}

SEVERITY: tuple[Verdict, ...] = (
    Verdict.ALLOW,
    Verdict.SCREEN,
    Verdict.TEST,
    Verdict.REFUSE,
    Verdict.ISOLATE,
    Verdict.HOSPITAL_PICKUP,
)
"""From mild to strict. Whoever must be isolated is not turned away for a bad permit: that would send them on."""


class Code(StrEnum):
    """What became of the permit's code that was shown."""

    NONE = "none"
    MISTYPED = "mistyped"
    READ = "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where somebody says to come from, and when they left there (None: now)."""

    text: str
    left_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What stood at the post. `vehicles` are keyed references; `temperature` is the highest, in °C."""

    post: str
    direction: Direction
    vehicles: tuple[str, ...] = ()
    on_foot: bool = False
    code: Code = Code.NONE
    origins: tuple[Origin, ...] = ()
    temperature: float | None = None
    observed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of it: the permits that the code may mean and those of the vehicle, hits, all areas."""

    by_code: tuple[KnownPermit, ...] = ()
    by_vehicle: tuple[KnownPermit, ...] = ()
    hits: tuple[Hit, ...] = ()
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The verdict, its reasons strictest first, what others must be told, and the permit it is about."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    flags: tuple[FlagKind, ...]
    permit_id: str | None = None


def decide_verdict(seen: Seen, known: Known) -> Judgement:
    """Judge a pass by the rules of the moment when it was seen, however late it is told."""
    on_permit, permit_id = _finding_on_permit(seen, known)
    found = {on_permit, *_on_watch_list(known.hits), *_on_origins(seen, known.areas), *_on_temperature(seen)}
    if any(RULES[reason].verdict is not Verdict.ALLOW for reason in found):
        found.discard(Reason.NO_PERMIT_NEEDED)
    reasons = tuple(reason for reason in RULES if reason in found)
    flags = dict.fromkeys(flag for reason in reasons if (flag := RULES[reason].flag))
    verdict = max((RULES[reason].verdict for reason in reasons), key=SEVERITY.index)
    return Judgement(verdict=verdict, reasons=reasons, flags=tuple(flags), permit_id=permit_id)


_STANDING: Mapping[Standing, Reason] = {
    Standing.VALID: Reason.PERMIT_OTHER_POST,  # what is left to be wrong with it
    Standing.NOT_YET: Reason.PERMIT_NOT_YET,
    Standing.EXPIRED: Reason.PERMIT_EXPIRED,
    Standing.REVOKED: Reason.PERMIT_REVOKED,
}


def _finding_on_permit(seen: Seen, known: Known) -> tuple[Reason, str | None]:
    match seen.code:
        case Code.MISTYPED:
            return Reason.PERMIT_MISTYPED, None
        case Code.READ:
            return _on_shown_permit(seen, known.by_code)
        case Code.NONE:
            good = _good(seen, known.by_vehicle)
            if good is not None:
                return Reason.PERMIT_VALID, good.id
            is_free = seen.direction is Direction.LEAVE or seen.on_foot
            return (Reason.NO_PERMIT_NEEDED if is_free else Reason.NO_PERMIT), None


def _on_shown_permit(seen: Seen, shown: Sequence[KnownPermit]) -> tuple[Reason, str | None]:
    if not shown:
        return Reason.PERMIT_UNKNOWN, None
    own = [each for each in shown if seen.on_foot or set(each.permit.vehicles) & set(seen.vehicles)]
    if not own:
        return Reason.PERMIT_OTHER_VEHICLE, shown[0].id
    if (good := _good(seen, own)) is not None:
        return Reason.PERMIT_VALID, good.id
    return _STANDING[own[0].permit.standing_at(seen.observed_at)], own[0].id


def _good(seen: Seen, permits: Iterable[KnownPermit]) -> KnownPermit | None:
    """The first permit that is valid here and then."""
    for each in permits:
        is_here = not each.permit.posts or seen.post in each.permit.posts
        if is_here and each.permit.standing_at(seen.observed_at) is Standing.VALID:
            return each
    return None


def _on_watch_list(hits: Iterable[Hit]) -> set[Reason]:
    return {Reason.WATCHLIST_NAME if hit.by is WatchBy.NAME else Reason.WATCHLIST for hit in hits}


_MEASURES: Mapping[Measure, Reason] = {
    Measure.SCREEN: Reason.AREA_SCREEN,
    Measure.TEST: Reason.AREA_TEST,
    Measure.ISOLATE: Reason.AREA_ISOLATE,
}


def _on_origins(seen: Seen, areas: Sequence[Area]) -> set[Reason]:
    """Areas concern those who enter; who leaves the province is the next one's to judge."""
    if seen.direction is Direction.LEAVE:
        return set()
    found = ((origin, area) for origin in seen.origins for area in areas_named(origin.text, areas))
    return {reason for origin, area in found if (reason := _on_area(origin, area, seen.observed_at))}


def _on_area(origin: Origin, area: Area, when: datetime) -> Reason | None:
    period = area.at(when)
    if period is None:
        return None
    is_long_ago = origin.left_on is not None and (when.astimezone(HANOI).date() - origin.left_on).days > area.days
    return None if is_long_ago else _MEASURES[period.measure]


def _on_temperature(seen: Seen) -> set[Reason]:
    if seen.temperature is None or seen.temperature < FEVER:
        return set()
    return {Reason.HIGH_FEVER if seen.temperature >= HIGH_FEVER else Reason.FEVER}
