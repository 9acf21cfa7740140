"""What routing does with what agencies' software says on its own topics. Everything there is untrusted."""

import json
from collections.abc import Sequence
from functools import partial

from services.routing.agencies.domain import Refused, cause_without_people, refused_as_invalid, refused_for, work_of
from services.routing.agencies.store import GROUP, MongoRefusals
from services.routing.cases.domain import Case
from services.routing.cases.store import MongoCases
from services.routing.cases.work import Rules, Work, decide_work
from shared.clock import Clock
from shared.errors import Refusal
from shared.events import Received
from shared.events.agencies import (
    AcknowledgeTask,
    AskReporter,
    DeclineTask,
    ProgressTask,
    ReplyToReporter,
    ResolveTask,
    TaskUpdate,
)
from shared.events.cloudevents import RawRecord, agency_of
from shared.ids import derived_id
from shared.lanes import in_lanes
from shared.messaging import Said, Unreadable, consumes
from shared.pending import Change, Command, Fact


@consumes(AcknowledgeTask, DeclineTask, ProgressTask, AskReporter, ReplyToReporter, ResolveTask, group=GROUP)
async def carry_out_updates(
    updates: Sequence[Received[TaskUpdate]],
    cases: MongoCases,
    refusals: MongoRefusals,
    rules: Rules,
    clock: Clock,
) -> Said:
    """Each task's updates in order; what the domain refuses is answered on the agency's own topic."""
    outcomes = await in_lanes(
        updates,
        lambda update: update.event.task_id,
        partial(_carry_out, cases=cases, rules=rules, clock=clock),
    )
    return await refusals.aggregates.record([refusal for refusal in outcomes if refusal is not None])


async def refuse_unreadable(letters: Sequence[Unreadable], refusals: MongoRefusals, clock: Clock) -> Said:
    """What cannot be read lies in the dead letters; its sender hears so, too."""
    return await refusals.aggregates.record([_unreadable(letter, clock) for letter in letters])


async def _carry_out(
    update: Received[TaskUpdate], cases: MongoCases, rules: Rules, clock: Clock
) -> Fact[Refused] | None:
    agency, cause = update.agency or "", cause_without_people(update.cause())
    work = work_of(update.event, agency, cause.id)
    try:
        found = await cases.with_task(update.event.task_id, agency)
        await cases.aggregates.change(
            found.id,
            partial(_decide, work=work, rules=rules, clock=clock),
            cause,
            command=Command.of_event(update),
        )
    except Refusal as refusal:  # the one place where a refusal is an answer on Kafka instead of HTTP
        change = refused_for(refusal, agency, update.event.task_id, update.id, clock())
        return Fact.of(update, derived_id(update.repeat_key, "refusal"), change)
    return None


def _decide(case: Case, *, work: Work, rules: Rules, clock: Clock) -> Change[Case]:
    return decide_work(case, work, rules, clock())


def _unreadable(letter: Unreadable, clock: Clock) -> Fact[Refused]:
    agency = agency_of(letter.topic) or ""
    update_id = letter.event_id or f"{letter.topic}/{letter.record.partition}/{letter.record.offset}"
    change = refused_as_invalid(letter.reason, agency, _task_id_in(letter.record), update_id, clock())
    return Fact.of(letter, derived_id(f"{letter.topic}/{update_id}", "refusal"), change)


def _task_id_in(record: RawRecord) -> str:
    """Whatever the unreadable update names as its task, if that much can be made out."""
    try:
        body = json.loads(record.value or b"")
        task_id = body.get("task_id") if isinstance(body, dict) else None
    except (ValueError, RecursionError):
        task_id = None
    return task_id[:100] if isinstance(task_id, str) and task_id.isascii() and task_id else "unknown"
