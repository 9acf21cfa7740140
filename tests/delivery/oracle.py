"""The oracle: what was promised, held against what really is.

lost     accepted, but not in the store, not on its topic, or without its effect at the other end
double   one cause, two effects: two aggregates, two events for one place, two ids for one message
phantom  in a store, on a topic or at a receiver, but nobody ever asked for it
order    events of a subject that are first seen out of their sequence
dead     dead letters and halts: a kill is no reason to give anything up
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, fields

from services.checkpoints.flags.domain import flag_id_of
from services.notifications.situation.handlers import EVERYTHING
from services.routing.cases.opening import case_id_of
from shared.events.checkpoints import FlagKind
from tests.delivery.evidence import Evidence, Seen


@dataclass
class Verdict:
    """The oracle's findings; all empty when the promise held."""

    lost: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    phantom: list[str] = field(default_factory=list)
    disorder: list[str] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return not any(getattr(self, each.name) for each in fields(self))

    def __str__(self) -> str:
        counts = ", ".join(f"{each.name} {len(getattr(self, each.name))}" for each in fields(self))
        examples = [example for each in fields(self) for example in getattr(self, each.name)[:3]]
        return counts + (f"; e.g. {examples}" if examples else "")

    def hold(
        self,
        what: str,
        *,
        due: AbstractSet[str],
        stored: AbstractSet[str],
        told: AbstractSet[str],
        asked: AbstractSet[str],
    ) -> None:
        """What is due must be stored and told; what is there must have been asked for."""
        self.lost += [f"{what} {each} not stored" for each in sorted(due - stored)]
        self.lost += [f"{what} {each} not told" for each in sorted((due | stored) - told)]
        self.phantom += [f"{what} {each}" for each in sorted((stored | told) - asked)]

    def once(self, what: str, effects: Iterable[Hashable]) -> None:
        """Each of these may be there once."""
        self.double += [f"{what} {each}" for each, count in Counter(effects).items() if count > 1]


def judge(evidence: Evidence) -> Verdict:
    """Hold everything that the clients were promised against everything that there is."""
    verdict = Verdict()
    _records(evidence, verdict)
    _cases(evidence, verdict)
    _tasks_and_updates(evidence, verdict)
    _projections(evidence, verdict)
    _deliveries(evidence, verdict)
    judge_events(evidence.seen, verdict)
    for place in evidence.stored:
        if place[1] in ("dead_letters", "halts"):
            verdict.dead += [f"{place[0]} {document}" for document in evidence.documents(*place)]
    verdict.dead += [f"{each.topic} {each.id}" for each in evidence.seen if each.topic.endswith(".dlq")]
    return verdict


def judge_events(seen: Sequence[Seen], verdict: Verdict | None = None) -> Verdict:
    """What topics alone show: repeats must be the same event, and first sights must be in order."""
    verdict = Verdict() if verdict is None else verdict
    ids: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    last: Counter[tuple[str, str]] = Counter()
    known: dict[tuple[str, str], bytes] = {}
    for each in (one for one in seen if one.sequence):  # an agency's own program counts nothing
        ids[each.topic, each.subject, each.sequence].add(each.id)
        if (each.topic, each.id) in known:
            if known[each.topic, each.id] != each.value:
                verdict.double.append(f"{each.type} {each.id} says two things")
            continue
        known[each.topic, each.id] = each.value
        if each.sequence < last[each.topic, each.subject]:
            verdict.disorder.append(f"{each.topic}/{each.subject}#{each.sequence}")
        last[each.topic, each.subject] = max(each.sequence, last[each.topic, each.subject])
    verdict.double += [f"{topic}/{subject}#{number}" for (topic, subject, number), few in ids.items() if len(few) > 1]
    return verdict


def _records(evidence: Evidence, verdict: Verdict) -> None:
    """What people sent: (kind in the ledger, stored, told)."""
    calls, alerts = evidence.documents("intake", "calls"), evidence.documents("notifications", "alerts")
    chains: dict[str, tuple[set[str], set[str]]] = {
        "reports": (evidence.ids("intake", "reports"), evidence.told("intake.reports.received")),
        "ended calls": (
            {each["_id"] for each in calls if each["state"]["status"] == "ended"},
            evidence.told("intake.calls.ended"),
        ),
        "passes": (evidence.ids("checkpoints", "passes"), evidence.told("checkpoints.passes.recorded")),
        "alerts": (
            {each["_id"] for each in alerts if each["state"].get("published_at")},
            evidence.told("notifications.alerts.published"),
        ),
        "cancelled alerts": (
            {each["_id"] for each in alerts if each["state"]["status"] == "cancelled"},
            evidence.told("notifications.alerts.cancelled"),
        ),
    }
    for kind, (stored, told) in chains.items():
        due, asked = evidence.ledger.told[kind], evidence.ledger.tried[kind]
        verdict.hold(kind, due=due, stored=stored, told=told, asked=asked)


def _cases(evidence: Evidence, verdict: Verdict) -> None:
    """Each report and each flag of a pass becomes one case, and each flag of a pass one flag."""
    cases, opened = evidence.documents("routing", "cases"), evidence.told("routing.cases.opened")
    flags = {
        flag_id_of(each["_id"], FlagKind(kind))
        for each in evidence.documents("checkpoints", "passes")
        for kind in each["state"]["flags"]
    }
    stored = evidence.ids("checkpoints", "flags")
    verdict.hold("flag", due=flags, stored=stored, told=evidence.told("checkpoints.flags.raised"), asked=flags)
    due = {case_id_of(cause) for cause in evidence.ids("intake", "reports") | flags}
    verdict.hold("case", due=due, stored={each["_id"] for each in cases}, told=opened, asked=due)
    verdict.once("case of", (each["state"].get("report_id") or each["state"].get("flag_id") for each in cases))
    raised = evidence.documents("checkpoints", "flags")
    verdict.once("flag of", ((each["state"]["pass_id"], each["state"]["kind"]) for each in raised))


def _tasks_and_updates(evidence: Evidence, verdict: Verdict) -> None:
    """Every task reaches its agency; every word of an agency or a reporter changes its case once."""
    cases = [each["state"] for each in evidence.documents("routing", "cases")]
    tasks = {task["id"] for case in cases for task in case["tasks"]}
    assigned = {each.said["task_id"] for each in evidence.of("routing.cases.assigned")}
    at_agency = {each.said["task_id"] for each in evidence.of("agencies.tasks.assigned")}
    verdict.hold("task", due=assigned, stored=tasks, told=at_agency, asked=assigned)
    updates = {each.id for each in evidence.seen if each.topic.endswith(".updates.v1")}
    carried = [
        (entry["cause"], entry["what"])
        for case in cases
        for entry in case["timeline"]
        if entry["through"] == "kafka" and entry["what"] != "opened"
    ]
    verdict.once("step of", carried)
    refused = {each["state"]["update_id"] for each in evidence.documents("routing", "refusals")}
    heard = {each.id for each in evidence.of("intake.reports.answered_by_reporter", "intake.reports.withdrawn")}
    stored = {cause for cause, _ in carried} | refused
    verdict.lost += [f"update {each}" for each in sorted((updates | heard) - stored)]
    verdict.phantom += [f"update {each}" for each in sorted(stored - updates - heard)]
    verdict.double += [f"update {each} carried out and refused" for each in sorted({c for c, _ in carried} & refused)]


def _projections(evidence: Evidence, verdict: Verdict) -> None:
    """The last hop: what others keep of these events, each once."""
    types = {model.contract.name for model in EVERYTHING}
    due = {f"{each.topic}/{each.id}" for each in evidence.seen if each.type in types}
    kept = evidence.ids("notifications", "situation_events")
    verdict.hold("situation", due=due, stored=kept, told=due, asked=due)
    of_reports = {
        each.id for each in evidence.seen if each.topic == "routing.cases.v1" and each.said.get("report_id")
    }
    steps = {step for each in evidence.documents("intake", "report_progress") for step in each["steps"]}
    verdict.hold("progress", due=of_reports, stored=steps, told=of_reports, asked=of_reports)


def _deliveries(evidence: Evidence, verdict: Verdict) -> None:
    """Each message to each subscriber has its effect once; an alert that was taken back may stay untold."""
    found = {_message(each["state"]): each for each in evidence.documents("notifications", "deliveries")}
    published = evidence.told("notifications.alerts.published")
    cancelled = evidence.told("notifications.alerts.cancelled")
    due = {(who, "notifications.alerts.published", alert) for who in evidence.subscribers for alert in published} | {
        (who, "notifications.alerts.cancelled", alert) for who in evidence.subscribers for alert in cancelled
    }
    verdict.lost += [f"delivery {each}" for each in sorted(due - set(found))]
    verdict.phantom += [f"delivery {each}" for each in sorted((set(found) | set(evidence.effects)) - due)]
    verdict.once("delivery", (_message(each["state"]) for each in evidence.documents("notifications", "deliveries")))
    verdict.double += [f"effect {each}" for each, ids in evidence.effects.items() if len(ids) > 1]
    sent = evidence.told("notifications.deliveries.sent")
    for message, delivery in found.items():
        state = delivery["state"]
        is_untold = state["status"] == "given_up" and state["reason"] == "alert-cancelled" and message[2] in cancelled
        if not is_untold and (message not in evidence.effects or delivery["_id"] not in sent):
            verdict.lost.append(f"effect of {message}: {state['status']} {state['reason']}")


def _message(state: dict[str, str]) -> tuple[str, str, str]:
    return state["recipient_id"], f"notifications.alerts.{state['what']}", state["about"]
