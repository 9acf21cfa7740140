"""Passes, permits, areas and entries for tests, with what matters named at the call."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.checkpoints.areas.domain import Area, Measure, Period
from services.checkpoints.passes.domain import Pass
from services.checkpoints.passes.judging import Direction, Known, Seen
from services.checkpoints.permits.domain import KnownPermit, Permit, Purpose
from services.checkpoints.watchlist.domain import Entry, WatchBy, WatchReason
from shared.events.checkpoints import Verdict

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
"""Twelve o'clock in Huế."""
MIDNIGHT = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
"""0h of 23 November in Huế."""
CAR = "k1.car"
LORRY = "k1.lorry"


def a_seen(**fields: Any) -> Seen:
    given: dict[str, Any] = {"post": "hai-van", "direction": Direction.ENTER, "vehicles": (CAR,), "observed_at": NOON}
    return Seen(**(given | fields))


def a_permit(**fields: Any) -> Permit:
    given: dict[str, Any] = {
        "purpose": Purpose.FREIGHT,
        "vehicles": (CAR,),
        "identity": {},
        "posts": (),
        "valid_from": NOON - timedelta(days=1),
        "valid_until": NOON + timedelta(days=1),
        "code_hash": "0" * 64,
        "issued_by": "chi-huy-chot",
        "issued_at": NOON - timedelta(days=2),
    }
    return Permit(**(given | fields))


def known_permit(**fields: Any) -> KnownPermit:
    return KnownPermit("permit-1", a_permit(**fields))


def some_known(**fields: Any) -> Known:
    return Known(**fields)


def a_period(measure: str = "isolate", since: datetime = MIDNIGHT, until: datetime | None = None) -> Period:
    return Period(measure=Measure(measure), since=since, until=until)


def an_area(*periods: Period, **fields: Any) -> Area:
    given: dict[str, Any] = {
        "id": "da-nang",
        "name": "Đà Nẵng",
        "name_en": "Đà Nẵng",
        "called": ("ĐN", "Danang"),
        "days": 14,
        "periods": periods or (a_period(),),
        "declared_by": "ban-chi-dao",
        "declared_at": MIDNIGHT,
    }
    return Area(**(given | fields))


def an_entry(**fields: Any) -> Entry:
    given: dict[str, Any] = {
        "by": WatchBy.PLATE,
        "ref": CAR,
        "identity": {},
        "reason": WatchReason.LEFT_QUARANTINE,
        "source": "police",
        "expires_at": NOON + timedelta(days=14),
        "approved_by": "cong-an",
        "added_by": "cong-an",
        "added_at": NOON - timedelta(days=1),
    }
    return Entry(**(given | fields))


def a_pass(**fields: Any) -> Pass:
    given: dict[str, Any] = {
        "post": "hai-van",
        "lane": 1,
        "direction": Direction.ENTER,
        "vehicles": (CAR,),
        "identity": {},
        "people": 2,
        "judged": Verdict.ALLOW,
        "reasons": (),
        "flags": (),
        "officer": "chot-hai-van",
        "observed_at": NOON,
        "recorded_at": NOON,
    }
    return Pass(**(given | fields))
