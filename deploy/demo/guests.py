"""Setting apart what others do with the system while the demo plays: whoever clicks along must not spoil the table.

What the demo sends is marked synthetic; a report that is not, its case and its tasks are a guest's. Pure.
"""

from dataclasses import replace

from deploy.demo.reconciliation import Evidence
from deploy.demo.stores import Document
from shared.ids import derived_id


def without_guests(evidence: Evidence) -> tuple[Evidence, int]:
    """The evidence of the demo alone, and how many reports of others were left out."""
    reports = {
        each.said.report_id
        for each in evidence.heard
        if each.type == "intake.reports.received" and not each.said.synthetic and each.said.report_id
    }
    cases = {derived_id(report, "case") for report in reports}
    tasks = {each.said.task_id for each in evidence.heard if each.said.task_id and each.said.case_id in cases}
    ours = tuple(
        each
        for each in evidence.heard
        if each.said.report_id not in reports and each.said.case_id not in cases and each.said.task_id not in tasks
    )
    left_out = {("intake", "reports"): reports, ("routing", "cases"): cases}
    stored = {place: _without(left_out.get(place, set()), each) for place, each in evidence.stored.items()}
    return replace(evidence, heard=ours, stored=stored), len(reports)


def _without(ids: set[str], documents: list[Document]) -> list[Document]:
    return [document for document in documents if document["_id"] not in ids]
