"""From an agency's command to a step of work; and how a refusal is said. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from services.routing.cases.domain import Actor, Through
from services.routing.cases.work import Step, Work
from shared.errors import Refusal, Text
from shared.events import Cause
from shared.events.agencies import (
    AcknowledgeTask,
    AskReporter,
    DeclineTask,
    ProgressTask,
    ReplyToReporter,
    ResolveTask,
    TaskUpdate,
    TaskUpdateRefused,
)
from shared.identity.masking import mask_text
from shared.ids import derived_id
from shared.pending import Change

_STEPS: Mapping[type[TaskUpdate], Step] = {
    AcknowledgeTask: Step.ACKNOWLEDGE,
    DeclineTask: Step.DECLINE,
    ProgressTask: Step.PROGRESS,
    AskReporter: Step.ASK,
    ReplyToReporter: Step.REPLY,
    ResolveTask: Step.RESOLVE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An update that could not be carried out: whose, on which task, why (a slug and two sentences)."""

    agency: str
    task_id: str
    update_id: str
    reason: str
    detail_vi: str = ""
    detail_en: str = ""
    at: datetime


def work_of(update: TaskUpdate, agency: str, cause: str) -> Work:
    """The step that an agency's software asks for. Its text is untrusted: masked like any other."""
    return Work(
        step=_STEPS[type(update)],
        task_id=update.task_id,
        actor=Actor(account=f"{agency}-software", through=Through.KAFKA, agency=agency),
        text=mask_text(getattr(update, "text", "")),
        cause=cause,
    )


def cause_without_people(cause: Cause) -> Cause:
    """The cause as others may read it: an agency's ids may be anything, somebody's phone number too."""
    return replace(cause, id=_plain(cause.id), correlation=_plain(cause.correlation))


def _plain(stranger_id: str) -> str:
    return stranger_id if mask_text(stranger_id) == stranger_id else derived_id(stranger_id, "agency's id")


def decide_refusal(refused: Refused, detail: Text) -> Change[Refused]:
    """The agency hears on its own topic which update was not carried out, and why."""
    said = TaskUpdateRefused(
        agency=refused.agency,
        task_id=refused.task_id,
        update_id=refused.update_id,
        reason=refused.reason,
        detail_vi=detail.vi,
        detail_en=detail.en,
        at=refused.at,
    )
    return Change(replace(refused, detail_vi=detail.vi, detail_en=detail.en), (said,))


def refused_for(refusal: Refusal, agency: str, task_id: str, update_id: str, now: datetime) -> Change[Refused]:
    """A refusal of the domain as the agency hears it."""
    return decide_refusal(_refused(refusal.slug, agency, task_id, update_id, now), refusal.text)


def refused_as_invalid(reason: str, agency: str, task_id: str, update_id: str, now: datetime) -> Change[Refused]:
    """An update that cannot be read at all; `reason` says where and how, never with what content."""
    detail = Text(
        vi=f"Không đọc được cập nhật này ({reason}). Xem mẫu trong docs/events.md.",
        en=f"This update cannot be read ({reason}). See the examples in docs/events.md.",
    )
    return decide_refusal(_refused(reason[:80], agency, task_id, update_id, now), detail)


def _refused(reason: str, agency: str, task_id: str, update_id: str, now: datetime) -> Refused:
    return Refused(agency=agency, task_id=_plain(task_id), update_id=_plain(update_id), reason=reason, at=now)
