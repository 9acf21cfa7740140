"""Whoever reports something while the demo plays is in none of its figures."""

from deploy.demo.guests import without_guests
from deploy.demo.ledger import Ledger
from deploy.demo.reconciliation import reconcile
from shared.ids import derived_id
from tests.unit.deploy.demo.test_reconciliation import evidence, heard, line


def test_a_guests_report_its_case_and_its_tasks_are_left_out() -> None:
    case = derived_id("guest", "case")
    task = {"agency": "cdc", "id": "t1"}
    said = {"case_id": case, "task_id": "t1", "agency": "cdc"}
    records = (
        heard("intake.reports.received", report_id="r1", synthetic=True),
        heard("intake.reports.received", report_id="guest", synthetic=False),
        heard("routing.cases.assigned", report_id="guest", **said),
        heard("agencies.tasks.assigned", **said),
        heard("agencies.updates.reply", topic="agencies.cdc.updates.v1", id="u1", task_id="t1"),
    )
    whole = evidence(
        Ledger(reports={"r1": 0.0}),
        *records,
        intake_reports=[{"_id": "r1"}, {"_id": "guest"}],
        routing_cases=[{"_id": case, "state": {"report_id": "guest", "tasks": [task], "timeline": []}}],
    )
    ours, guests = without_guests(whole)
    assert guests == 1
    assert [each.said.report_id for each in ours.heard] == ["r1"]
    assert line(reconcile(ours), "reports").agrees


def test_without_guests_everything_stays() -> None:
    whole = evidence(Ledger(), heard("intake.reports.received", report_id="r1", synthetic=True))
    assert without_guests(whole) == (whole, 0)
