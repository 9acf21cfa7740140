"""How well triage and posts did what was certain, and how long things took. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from deploy.demo.actions import Day, Expectation
from deploy.demo.ledger import Ledger, Score, middle_and_tail
from deploy.demo.listener import Heard, Said, report_in
from shared.ids import derived_id

_URGENCIES = ("low", "normal", "high", "emergency")


def triage_scores(day: Day, heard: Iterable[Heard]) -> Mapping[str, Score]:
    """Of the reports whose text leaves no room: who must act, and how urgent it is at least."""
    triaged = {each.said.report_id: each.said for each in heard if each.type == "routing.cases.triaged"}
    agencies, urgency = Score(), Score()
    for action in day.actions:
        said = triaged.get(action.key) or triaged.get(derived_id(action.key, "report"))
        if said is None or action.retry:
            continue
        _judge(action.expect, said, agencies, urgency)
    return {"triage: agencies": agencies, "triage: urgency": urgency}


def _judge(expect: Expectation, said: Said, agencies: Score, urgency: Score) -> None:
    if expect.agencies:
        agencies.note(is_right=expect.agencies <= set(said.agencies))
    if expect.urgency:
        least, found = _URGENCIES.index(expect.urgency), _URGENCIES.index(said.urgency or "low")
        urgency.note(is_right=found >= least)


def times(ledger: Ledger, heard: Sequence[Heard]) -> Mapping[str, Mapping[str, float]]:
    """Median and 99th percentile of what was timed, in milliseconds, at the pace at which the day was played."""
    asked = {f"{what}: accepted": middle_and_tail(seconds) for what, seconds in ledger.seconds.items()}
    return asked | {"report: accepted → on an agency's topic": middle_and_tail(_ways(ledger, heard))}


def _ways(ledger: Ledger, heard: Sequence[Heard]) -> list[float]:
    """From a report's answer to the first task of it that was heard; those heard even before count as nothing."""
    first: dict[str, float] = {}
    for each in heard:
        if each.type == "agencies.tasks.assigned" and each.said.identity_url:
            first.setdefault(report_in(each.said.identity_url), each.at)
    return [max(0.0, first[report] - at) for report, at in ledger.reports.items() if report in first]
