"""Clocks: the profile's as the decisions need them, and the one that runs on a task right now. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.routing.cases.domain import Clocks, Task, TaskStatus
from services.routing.cases.work import Rules
from shared.events.cases import Urgency
from shared.profile import Profile


def rules_of(profile: Profile) -> Rules:
    """Clocks by agency and urgency, and who is asked next when an agency declines."""
    clocks = {
        agency.id: {
            Urgency(urgency): Clocks(acknowledge=c.acknowledge, update=c.update, resolve=c.resolve)
            for urgency, c in agency.clocks.items()
        }
        for agency in profile.agencies
    }
    return Rules(clocks, {agency.id: agency.next for agency in profile.agencies if agency.next})


_WARN_AT = 0.8
"""The share of its time after which a clock warns."""


class Due(StrEnum):
    """What an agency must do next."""

    ACKNOWLEDGE = "acknowledge"
    UPDATE = "update"
    RESOLVE = "resolve"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningClock:
    """The clock that a task is measured by: what is due, since when and by when (UTC)."""

    due: Due
    since: datetime
    by: datetime

    def is_over(self, now: datetime) -> bool:
        return now > self.by

    def tone(self, now: datetime) -> str:
        """`danger` once it is over, `warning` from 80 %, else nothing."""
        if self.is_over(now):
            return "danger"
        return "warning" if now - self.since >= _WARN_AT * (self.by - self.since) else ""


def running_clock(task: Task) -> RunningClock | None:
    """None once the task is over."""
    if task.status is TaskStatus.ASSIGNED:
        return RunningClock(due=Due.ACKNOWLEDGE, since=task.assigned_at, by=task.acknowledge_by)
    if task.status is not TaskStatus.ACKNOWLEDGED:
        return None
    if task.updated_at is None:
        return RunningClock(due=Due.UPDATE, since=task.assigned_at, by=task.update_by)
    return RunningClock(due=Due.RESOLVE, since=task.assigned_at, by=task.resolve_by)
