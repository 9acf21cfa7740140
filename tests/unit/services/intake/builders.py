"""Reports, calls, steps and pages for the tests of intake, with what matters named at the call."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from services.intake.calls.domain import Call, CallStatus
from services.intake.reports.desk import Tracked
from services.intake.reports.domain import Report
from services.intake.reports.progress import Step, What, picture_of
from shared.errors import Text
from shared.events.reports import Channel, ReportKind
from shared.pending import Versioned
from shared.profile import Profile, load_profile
from shared.settings import ROOT
from shared.web.pages import Pages
from tests.unit.shared.web.builders import a_site

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
"""Twelve o'clock in Huế."""
CODE = "68ZAT1H4VW35MZ"
HERE = ROOT / "services" / "intake"


def minutes(count: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=count)


def a_report(**fields: Any) -> Report:
    given: Mapping[str, Any] = {
        "kind": ReportKind.SUSPECTED_INFECTION,
        "channel": Channel.PAGE,
        "language": "vi",
        "words": "Sốt và ho từ hôm qua",
        "identity": {},
        "tracking_hash": "h",
        "received_at": NOON,
    }
    return Report(**{**given, **fields})


def a_step(what: What, at: float = 1, **fields: Any) -> Step:
    """A step `at` minutes after noon, by the CDC unless told."""
    given: Mapping[str, Any] = {"sequence": int(at), "what": what, "at": minutes(at), "agency": "cdc"}
    return Step(**{**given, **fields})


def tracked(*steps: Step, report: Report | None = None, **fields: Any) -> Tracked:
    state = report or a_report()
    given: Mapping[str, Any] = {
        "report": Versioned("r-1", 1, state),
        "code": CODE,
        "picture": picture_of(state, steps),
        "call_emergency": state.severe,
        "next_step": Text("Hãy ở yên tại chỗ.", "Stay where you are."),
        "answer_by": minutes(60),
    }
    return Tracked(**{**given, **fields})


def a_call(**fields: Any) -> Call:
    return Call(**{"status": CallStatus.RINGING, "rang_at": NOON, **fields})


@cache
def hue() -> Profile:
    """The real province."""
    return load_profile(ROOT / "profiles" / "hue")


@cache
def intake_pages() -> Pages:
    """The real templates and static files of intake."""
    capabilities = [HERE / "site", HERE / "reports", HERE / "calls"]
    static: list[Path] = [folder / "static" for folder in capabilities if (folder / "static").is_dir()]
    return Pages(
        a_site("intake"),
        folders=[folder / "templates" for folder in capabilities],
        static=static,
        clock=lambda: minutes(10),
    )
