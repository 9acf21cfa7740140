"""What happens at the posts: permits, passes, flags, the watch list, epidemic areas.

Compacted values (permits, watch list, areas) hold no reference to a person or vehicle; passes do, on a topic that is
kept 30 days and read inside only.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.events.cases import Slug
from shared.events.contract import Event, event, events_of
from shared.events.reports import Id, PersonRef
from shared.topics import (
    CHECKPOINTS_AREAS,
    CHECKPOINTS_FLAGS,
    CHECKPOINTS_PASSES,
    CHECKPOINTS_PERMITS,
    CHECKPOINTS_WATCHLIST,
)

_SITUATION = ("notifications.situation",)


class Verdict(StrEnum):
    """What the officer does with the vehicle and its people."""

    ALLOW = "allow"
    SCREEN = "screen"
    TEST = "test"
    ISOLATE = "isolate"
    HOSPITAL_PICKUP = "hospital_pickup"
    REFUSE = "refuse"


class FlagKind(StrEnum):
    WATCHLIST_HIT = "watchlist_hit"
    EPIDEMIC_AREA = "epidemic_area"
    BAD_PERMIT = "bad_permit"


_of_permits = events_of(
    CHECKPOINTS_PERMITS,
    subject="permit_id",
    producer="checkpoints.permits",
    consumers=("checkpoints.permits", *_SITUATION),
)


@_of_permits(
    "checkpoints.permits.issued",
    example={
        "permit_id": "019a0b7e-3c1d-7e52-9c55-0d7b1f0f8a13",
        "purpose": "freight",
        "status": "issued",
        "valid_from": "2026-11-23T00:00:00.000Z",
        "valid_until": "2026-11-26T00:00:00.000Z",
        "at": "2026-11-22T08:00:00.000Z",
    },
)
class PermitIssued(Event):
    """A permit to pass is valid for the given time (UTC, end exclusive)."""

    permit_id: Id
    purpose: Slug
    status: Slug = "issued"
    valid_from: datetime
    valid_until: datetime
    at: datetime


@_of_permits(
    "checkpoints.permits.revoked",
    example={
        "permit_id": "019a0b7e-3c1d-7e52-9c55-0d7b1f0f8a13",
        "purpose": "freight",
        "status": "revoked",
        "valid_from": "2026-11-23T00:00:00.000Z",
        "valid_until": "2026-11-26T00:00:00.000Z",
        "reason": "Khai báo sai nơi đến.",
        "at": "2026-11-23T08:00:00.000Z",
    },
)
class PermitRevoked(Event):
    """A permit no longer counts, from `at` on; the whole public state, since the topic is compacted."""

    permit_id: Id
    purpose: Slug
    status: Slug = "revoked"
    valid_from: datetime
    valid_until: datetime
    reason: Annotated[str, Field(max_length=500)]
    at: datetime


@event(
    "checkpoints.passes.recorded",
    topic=CHECKPOINTS_PASSES,
    subject="pass_id",
    producer="checkpoints.passes",
    consumers=("checkpoints.flags", *_SITUATION),
    example={
        "pass_id": "019a0b7e-3c1d-7e52-9c55-0d7b1f0f8a14",
        "post_id": "hai-van",
        "lane": 1,
        "direction": "enter",
        "vehicles": [{"by": "plate", "ref": "k1.hhlbkcndoepfagbhcifpcmioanjklaem"}],
        "people": 2,
        "verdict": "isolate",
        "reasons": ["watchlist"],
        "permit_id": None,
        "flags": ["watchlist_hit"],
        "observed_at": "2026-11-23T03:00:00.000Z",
        "recorded_at": "2026-11-23T03:00:01.000Z",
    },
)
class PassRecorded(Event):
    """A vehicle stood at a post: who judged what, and why.

    `observed_at` is when it stood there, `recorded_at` when we heard of it; rules with dates go by the first.
    `reasons` are rule names, `flags` what must be told to others.
    """

    pass_id: Id
    post_id: Slug
    lane: Annotated[int, Field(ge=1, le=20)]
    direction: Annotated[str, Field(pattern="^(enter|leave)$")]
    vehicles: tuple[PersonRef, ...] = ()
    people: Annotated[int, Field(ge=0, le=100)]
    verdict: Verdict
    reasons: tuple[Slug, ...] = ()
    overridden: bool = False
    permit_id: Id | None = None
    flags: tuple[FlagKind, ...] = ()
    synthetic: bool = False
    observed_at: datetime
    recorded_at: datetime


@event(
    "checkpoints.flags.raised",
    topic=CHECKPOINTS_FLAGS,
    subject="flag_id",
    producer="checkpoints.flags",
    consumers=("routing.cases", *_SITUATION),
    example={
        "flag_id": "b7d5c5f0-5c7e-5d0c-a1c2-3d4e5f607182",
        "kind": "watchlist_hit",
        "post_id": "hai-van",
        "pass_id": "019a0b7e-3c1d-7e52-9c55-0d7b1f0f8a14",
        "agencies": ["police", "cdc"],
        "verdict": "isolate",
        "observed_at": "2026-11-23T03:00:00.000Z",
        "raised_at": "2026-11-23T03:00:01.200Z",
    },
)
class FlagRaised(Event):
    """Police and CDC must hear of a pass at once; `agencies` in order of who must act first."""

    flag_id: Id
    kind: FlagKind
    post_id: Slug
    pass_id: Id
    agencies: tuple[Slug, ...]
    verdict: Verdict
    synthetic: bool = False
    observed_at: datetime
    raised_at: datetime


@event(
    "checkpoints.watchlist.changed",
    topic=CHECKPOINTS_WATCHLIST,
    subject="entry_id",
    producer="checkpoints.watchlist",
    consumers=("checkpoints.watchlist", *_SITUATION),
    example={
        "entry_id": "019a0b7e-3c1d-7e52-9c55-0d7b1f0f8a15",
        "active": True,
        "reason": "left_quarantine",
        "source": "cdc",
        "expires_at": "2026-12-07T00:00:00.000Z",
        "at": "2026-11-23T00:30:00.000Z",
    },
)
class WatchlistChanged(Event):
    """An entry of the watch list is new, changed or no longer active. Whom it seeks is in no event."""

    entry_id: Id
    active: bool
    reason: Slug
    source: Slug
    expires_at: datetime
    at: datetime


@event(
    "checkpoints.areas.changed",
    topic=CHECKPOINTS_AREAS,
    subject="area_id",
    producer="checkpoints.areas",
    consumers=("checkpoints.areas", "routing.areas", *_SITUATION),
    example={
        "area_id": "da-nang",
        "name": "Đà Nẵng",
        "effective_from": "2026-11-20T17:00:00.000Z",
        "effective_until": None,
        "measure": "isolate",
        "at": "2026-11-20T09:00:00.000Z",
    },
)
class AreaChanged(Event):
    """An epidemic area and from when to when it counts (UTC, end exclusive; null: until further notice)."""

    area_id: Slug
    name: Annotated[str, Field(max_length=120)]
    effective_from: datetime
    effective_until: datetime | None = None
    measure: Annotated[str, Field(pattern="^(screen|test|isolate)$")] = "isolate"
    at: datetime
