"""One province with its look-ups."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from shared.profile.entries import (
    Agency,
    Answer,
    Answers,
    Area,
    Holiday,
    Hospital,
    Post,
    Province,
    Team,
    Ward,
    Watched,
)
from shared.profile.names import WardNames


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One province. Its fields are the names of the files; look-ups by an unknown id raise KeyError."""

    province: Province
    wards: tuple[Ward, ...]
    agencies: tuple[Agency, ...]
    posts: tuple[Post, ...]
    areas: tuple[Area, ...]
    teams: tuple[Team, ...]
    hospitals: tuple[Hospital, ...]
    answers: Answers
    watchlist: tuple[Watched, ...]
    holidays: tuple[Holiday, ...]

    def ward(self, ward_id: str) -> Ward:
        return self._wards[ward_id]

    def agency(self, agency_id: str) -> Agency:
        return self._agencies[agency_id]

    def post(self, post_id: str) -> Post:
        return self._posts[post_id]

    def area(self, area_id: str) -> Area:
        return self._areas[area_id]

    def hospital(self, hospital_id: str) -> Hospital:
        return self._hospitals[hospital_id]

    def areas_at(self, when: datetime) -> tuple[Area, ...]:
        """The epidemic areas in force at `when` (aware)."""
        return tuple(area for area in self.areas if area.is_in_force(when))

    def answer(self, kind: str, urgency: str) -> Answer:
        """What the citizen is told; every pair has one."""
        return self._steps[kind, urgency]

    def is_holiday(self, day: date) -> bool:
        return day in self._holidays

    def ward_named(self, text: str) -> Ward | None:
        """The ward that a name means: today's or a merged one's, in any case, with or without diacritics.

        Words after a comma tell apart wards of one name ("Hương Phong, A Lưới"). None where the name is unknown or
        still means several.
        """
        return self._names.meant_by(text)

    @cached_property
    def _wards(self) -> Mapping[str, Ward]:
        return {ward.id: ward for ward in self.wards}

    @cached_property
    def _agencies(self) -> Mapping[str, Agency]:
        return {agency.id: agency for agency in self.agencies}

    @cached_property
    def _posts(self) -> Mapping[str, Post]:
        return {post.id: post for post in self.posts}

    @cached_property
    def _areas(self) -> Mapping[str, Area]:
        return {area.id: area for area in self.areas}

    @cached_property
    def _hospitals(self) -> Mapping[str, Hospital]:
        return {hospital.id: hospital for hospital in self.hospitals}

    @cached_property
    def _steps(self) -> Mapping[tuple[str, str], Answer]:
        return {(step.kind, step.urgency): step for step in self.answers.steps}

    @cached_property
    def _holidays(self) -> frozenset[date]:
        return frozenset(holiday.date for holiday in self.holidays)

    @cached_property
    def _names(self) -> WardNames:
        return WardNames(self.wards)
