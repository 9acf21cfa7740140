"""What the demo sends is what the doors take: every body of a day is a valid command."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from deploy.demo.actions import Alert, AlertCancelled, Call, Pass, Permit, Report, Watch
from deploy.demo.bodies import (
    alert_body,
    call_report_body,
    cancellation_body,
    ending_body,
    pass_body,
    permit_body,
    report_body,
    ring_body,
    shown_code,
    watch_body,
)
from services.checkpoints.passes.commands import ObservedPass
from services.checkpoints.permits.commands import IssuePermit
from services.checkpoints.watchlist.commands import WatchFor
from services.intake.calls.commands import EndCall, Ring
from services.intake.reports.commands import SubmitReport
from services.notifications.alerts.commands import CancelAlert, DraftAlert
from shared.codes import hand_code, read_hand_code
from shared.errors import Unprocessable
from tests.unit.deploy.demo.days import busy_day

CODE = hand_code(bytes(32), "00000000-0000-7000-8000-000000000000")

COMMANDS: dict[str, tuple[type, Callable[[Any], dict[str, Any]], type[BaseModel]]] = {
    "reports": (Report, report_body, SubmitReport),
    "rings": (Call, ring_body, Ring),
    "permits": (Permit, permit_body, IssuePermit),
    "watch": (Watch, watch_body, WatchFor),
    "passes": (Pass, lambda seen: pass_body(seen, CODE), ObservedPass),
    "alerts": (Alert, alert_body, DraftAlert),
    "cancellations": (AlertCancelled, cancellation_body, CancelAlert),
}


def payloads(kind: type) -> list[Any]:
    return [action.payload for action in busy_day().actions if isinstance(action.payload, kind)]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_body_of_a_day_is_a_command_that_its_door_takes(name: str) -> None:
    kind, body_of, command = COMMANDS[name]
    for payload in payloads(kind):
        command.model_validate(body_of(payload))


def test_what_a_call_becomes_is_taken_too() -> None:
    answered = [call for call in payloads(Call) if not call.missed]
    assert answered
    for call in answered:
        EndCall.model_validate(ending_body(call))
        if call.report_kind is not None:
            SubmitReport.model_validate(call_report_body(call))


def test_everything_that_can_be_marked_is_marked_synthetic() -> None:
    for name in ("reports", "permits", "watch", "passes", "alerts"):
        kind, body_of, _ = COMMANDS[name]
        assert body_of(payloads(kind)[0])["synthetic"] is True


def test_an_anonymous_report_says_nothing_of_its_reporter() -> None:
    anonymous = next(report for report in payloads(Report) if report.reporter is None)
    assert not {"name", "phone", "cccd", "address"} & set(report_body(anonymous))


def test_an_alert_can_be_sent_as_of_another_day() -> None:
    alert = payloads(Alert)[0]
    body = alert_body(alert, timedelta(days=1))
    assert datetime.fromisoformat(body["expires_at"]).astimezone(UTC) == alert.expires + timedelta(days=1)


def test_a_good_code_is_shown_as_it_is() -> None:
    assert shown_code(CODE, "good") == CODE


def test_the_check_character_gives_a_forged_code_away() -> None:
    with pytest.raises(Unprocessable):
        read_hand_code(shown_code(CODE, "forged"))
