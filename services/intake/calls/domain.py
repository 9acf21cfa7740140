"""What a call is and what a call-taker does with it. Pure."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from shared.errors import Conflict, Text
from shared.events.reports import CallAnswered, CallEnded, CallMissed, CallOutcome, PersonRef
from shared.pending import Change


class CallStatus(StrEnum):
    RINGING = "ringing"
    ANSWERED = "answered"
    MISSED = "missed"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call as intake keeps it.

    Attributes:
        caller: references to the number that calls, for the caller's history.
        identity: the number, and the draft of what is being written down; sealed.
        note: masked.
    """

    status: CallStatus
    caller: tuple[tuple[str, str], ...] = ()
    identity: dict[str, bytes] = field(default_factory=dict)
    operator: str | None = None
    rang_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: CallOutcome | None = None
    report_id: str | None = None
    note: str = ""

    def waited_seconds(self, until: datetime) -> int:
        """How long the caller had waited by then."""
        return max(0, int((until - self.rang_at).total_seconds()))


def decide_ringing(call: Call) -> Change[Call]:
    """A call rings; nobody is told before somebody answers or the caller gives up."""
    return Change(call)


def decide_answering(call_id: str, call: Call, operator: str, now: datetime) -> Change[Call]:
    """A call-taker picks up. The same one again changes nothing.

    Raises:
        Conflict: another one was faster, or the caller is gone.
    """
    if call.status is CallStatus.ANSWERED and call.operator == operator:
        return Change(call)
    if call.status is not CallStatus.RINGING:
        raise _already(call)
    answered = replace(call, status=CallStatus.ANSWERED, operator=operator, answered_at=now)
    said = CallAnswered(
        call_id=call_id,
        caller=_refs(call),
        operator=operator,
        waited_seconds=min(86_400, call.waited_seconds(now)),
        at=now,
    )
    return Change(answered, (said,))


def decide_missing(call_id: str, call: Call, now: datetime) -> Change[Call]:
    """The caller hung up unanswered; a call that was answered stays so.

    Raises:
        Conflict: it was answered or ended.
    """
    if call.status is CallStatus.MISSED:
        return Change(call)
    if call.status is not CallStatus.RINGING:
        raise _already(call)
    waited = min(86_400, call.waited_seconds(now))
    said = CallMissed(call_id=call_id, caller=_refs(call), waited_seconds=waited, at=now)
    return Change(replace(call, status=CallStatus.MISSED, ended_at=now), (said,))


def require_free_for(call: Call, operator: str) -> None:
    """A call that somebody is on belongs to them alone until it is recorded.

    Raises:
        Conflict: another call-taker is on it.
    """
    if call.status is CallStatus.ANSWERED and call.operator != operator:
        raise _already(call)


def decide_draft(call: Call, operator: str, sealed: dict[str, bytes]) -> Change[Call]:
    """What the call-taker has typed so far is kept; an ended call keeps what it has.

    Raises:
        Conflict: another call-taker is on it.
    """
    require_free_for(call, operator)
    if call.status is not CallStatus.ANSWERED:
        return Change(call)
    return Change(replace(call, identity={**call.identity, **sealed}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a call-taker records a call; `report_id` where it led to a report that is not its own."""

    operator: str
    outcome: CallOutcome
    note: str = ""
    report_id: str | None = None


def decide_ending(call_id: str, call: Call, ending: Ending, now: datetime) -> Change[Call]:
    """The call is recorded with its outcome, and with the report it led to.

    Raises:
        Conflict: nobody answered it, another call-taker is on it, or it is recorded already.
    """
    require_free_for(call, ending.operator)
    if call.status is not CallStatus.ANSWERED:
        raise _already(call)
    ended = replace(
        call,
        status=CallStatus.ENDED,
        outcome=ending.outcome,
        note=ending.note,
        report_id=ending.report_id or call.report_id,
        ended_at=now,
    )
    said = CallEnded(call_id=call_id, outcome=ended.outcome, report_id=ended.report_id, note=ended.note, at=now)
    return Change(ended, (said,))


def decide_report(call: Call, report_id: str) -> Change[Call]:
    """The call led to this report."""
    return Change(replace(call, report_id=report_id))


def _already(call: Call) -> Conflict:
    who = call.operator or "?"
    texts = {
        CallStatus.RINGING: Text(vi="Chưa ai nhấc máy cuộc gọi này.", en="Nobody has answered this call yet."),
        CallStatus.ANSWERED: Text(vi=f"{who} đã nhấc máy cuộc gọi này.", en=f"{who} has answered this call."),
        CallStatus.MISSED: Text(vi="Người gọi đã gác máy.", en="The caller has hung up."),
        CallStatus.ENDED: Text(vi=f"{who} đã ghi xong cuộc gọi này.", en=f"{who} has recorded this call already."),
    }
    return Conflict(f"call-already-{call.status}", texts[call.status])


def _refs(call: Call) -> tuple[PersonRef, ...]:
    return tuple(PersonRef(by=by, ref=ref) for by, ref in call.caller)
