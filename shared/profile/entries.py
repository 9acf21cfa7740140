"""What a province is made of: wards, agencies, posts, epidemic areas and what its people are told.

The values stand in a profile's YAML files (`profiles/hue`); `loading` reads and checks them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, ConfigDict, Field

from shared.errors import Text

Kind = Literal[
    "suspected_infection", "medical_support", "violation", "misinformation", "question", "education_support"
]
Urgency = Literal["emergency", "high", "normal", "low"]
Verdict = Literal["allow", "screen", "test", "isolate", "hospital_pickup", "refuse"]
KINDS: tuple[Kind, ...] = (
    "suspected_infection",
    "medical_support",
    "violation",
    "misinformation",
    "question",
    "education_support",
)
URGENCIES: tuple[Urgency, ...] = ("emergency", "high", "normal", "low")

Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Filled = Annotated[str, Field(min_length=1, max_length=600)]
# Vietnam with its islands; a swapped pair is the commonest slip and falls outside.
Latitude = Annotated[float, Field(ge=6.0, le=24.0)]
Longitude = Annotated[float, Field(ge=101.0, le=118.0)]
Minutes = Annotated[int, Field(ge=1, le=60 * 24 * 60)]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What every entry of a profile has in common: a field that nobody knows is a mistake, not a remark."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")


@dataclass(frozen=True, kw_only=True)
class Point(Entry):
    latitude: Latitude
    longitude: Longitude


@dataclass(frozen=True, kw_only=True)
class Box(Entry):
    south: Latitude
    west: Longitude
    north: Latitude
    east: Longitude

    def holds(self, latitude: float, longitude: float) -> bool:
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east


@dataclass(frozen=True, kw_only=True)
class Province(Entry):
    """`hotlines` are numbers that no phone library knows but that people do call and write."""

    id: Id
    code: Annotated[str, Field(pattern=r"^\d{2}$")]
    name: Text
    centre_name: Text
    hotline: Filled
    emergency: Filled
    hotlines: tuple[Filled, ...]
    timezone: Filled
    centre: Point
    box: Box
    plates: tuple[Filled, ...]
    cccd: Annotated[str, Field(pattern=r"^\d{3}$")]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, kw_only=True)
class OldWard(Entry):
    """A ward that was merged away but is still what people say; `district` where its name alone is not enough."""

    name: Filled
    kind: Literal["phuong", "xa", "thi-tran"]
    district: Filled | None = None


@dataclass(frozen=True, kw_only=True)
class Ward(Entry):
    id: Id
    code: Annotated[str, Field(pattern=r"^\d{5}$")]
    kind: Literal["phuong", "xa"]
    name: Filled
    latitude: Latitude
    longitude: Longitude
    old: tuple[OldWard, ...] = ()

    @property
    def title(self) -> Text:
        """The name with its kind: "Phường Thuận Hóa", "Thuận Hóa ward"."""
        vi, en = ("Phường", "ward") if self.kind == "phuong" else ("Xã", "commune")
        return Text(vi=f"{vi} {self.name}", en=f"{self.name} {en}")


@dataclass(frozen=True, kw_only=True)
class Clocks(Entry):
    """How long an agency has, in minutes from the assignment: to acknowledge, to say how it goes, to be done."""

    acknowledge: Minutes
    update: Minutes
    resolve: Minutes


@dataclass(frozen=True, kw_only=True)
class OfficeHours(Entry):
    """An agency's clocks run between these hours of these weekdays (1 = Monday), local time, not on holidays."""

    weekdays: Annotated[tuple[Annotated[int, Field(ge=1, le=7)], ...], Field(min_length=1)]
    opens: time
    closes: time


@dataclass(frozen=True, kw_only=True)
class Agency(Entry):
    """Who acts. `next` is asked when this one declines; `hours` are when its clocks run."""

    id: Id
    name: Text
    short: Text
    role: Text
    kinds: tuple[Kind, ...]
    hours: Literal["always"] | OfficeHours
    clocks: Mapping[Urgency, Clocks]
    next: Id | None = None


@dataclass(frozen=True, kw_only=True)
class Direction(Entry):
    id: Literal["enter", "leave"]
    name: Text


@dataclass(frozen=True, kw_only=True)
class Post(Entry):
    """A checkpoint. `latitude` and `longitude` are of the post itself, approximately."""

    id: Id
    name: Text
    mode: Literal["road", "rail", "air", "sea"]
    road: Text
    ward: Id
    latitude: Latitude
    longitude: Longitude
    lanes: Annotated[int, Field(ge=1, le=20)]
    directions: tuple[Direction, ...]
    open: bool = True


@dataclass(frozen=True, kw_only=True)
class Area(Entry):
    """An epidemic area. People who were there within `days` before they arrive get `verdict`.

    In force from `since` up to but not including `until`: rules change at midnight, and a late record is judged by
    when it happened.
    """

    id: Id
    name: Text
    called: tuple[Filled, ...]
    verdict: Verdict
    days: Annotated[int, Field(ge=1, le=60)]
    since: AwareDatetime
    until: AwareDatetime | None = None

    def is_in_force(self, when: datetime) -> bool:
        return self.since <= when and (self.until is None or when < self.until)


@dataclass(frozen=True, kw_only=True)
class Team(Entry):
    """A rapid-response team: its base ward first, then the others it serves."""

    id: Id
    name: Text
    wards: Annotated[tuple[Id, ...], Field(min_length=1)]
    members: Annotated[int, Field(ge=1, le=50)]


@dataclass(frozen=True, kw_only=True)
class Beds(Entry):
    ordinary: Annotated[int, Field(ge=0)]
    intensive: Annotated[int, Field(ge=0)]
    oxygen: Annotated[int, Field(ge=0)]


@dataclass(frozen=True, kw_only=True)
class Hospital(Entry):
    id: Id
    name: Text
    ward: Id
    latitude: Latitude
    longitude: Longitude
    beds: Beds
    departments: tuple[Text, ...]


@dataclass(frozen=True, kw_only=True)
class Answer(Entry):
    """What the citizen is told for a kind and an urgency: what happens next, who does it, and within how long."""

    kind: Kind
    urgency: Urgency
    next_step: Text
    within_minutes: Minutes
    call_emergency: bool = False


@dataclass(frozen=True, kw_only=True)
class Answers(Entry):
    """`red_flags` is said to everybody, before anything was read: when not to wait for us but to call."""

    red_flags: Text
    danger_words: Annotated[tuple[Filled, ...], Field(min_length=1)]
    steps: tuple[Answer, ...]


@dataclass(frozen=True, kw_only=True)
class Watched(Entry):
    """One entry of the watch list, synthetic here. Stores keep only its keyed hash."""

    id: Id
    by: Literal["plate", "cccd", "phone", "name"]
    value: Filled
    reason: Text
    source: Id
    days: Annotated[int, Field(ge=1, le=365)]


@dataclass(frozen=True, kw_only=True)
class Holiday(Entry):
    date: date
    name: Text
