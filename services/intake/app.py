"""Intake, assembled: who is given what, what is consumed, what is offered."""

from pathlib import Path

from fastapi import FastAPI

from services.intake.calls import api as calls_api
from services.intake.calls import pages as call_pages
from services.intake.calls.board import RingingBoard
from services.intake.calls.desk import CallDesk
from services.intake.calls.store import MongoCalls
from services.intake.reports import api as reports_api
from services.intake.reports import pages as report_pages
from services.intake.reports import tracking_pages
from services.intake.reports.desk import ReportDesk
from services.intake.reports.domain import danger_pattern
from services.intake.reports.handlers import note_progress
from services.intake.reports.live import LiveTracking
from services.intake.reports.reception import Reception
from services.intake.reports.store import MongoProgress, MongoReports
from services.intake.site import pages as site_pages
from services.intake.site.bells import Bells
from services.intake.site.store import MongoChanges
from shared.messaging import reaction
from shared.runtime import Parts, Runtime
from shared.settings import Settings

HERE = Path(__file__).parent


def create_app(settings: Settings) -> FastAPI:
    """The ASGI application of intake."""
    runtime = Runtime("intake", settings)
    pages = runtime.pages(HERE / "site", HERE / "reports", HERE / "calls")
    reports, progress = MongoReports(runtime), MongoProgress(runtime)
    bells = Bells(MongoChanges(runtime, ["reports", "report_progress", "calls"]).follow)
    desk = _report_desk(runtime, reports, progress)
    calls = _call_desk(runtime, desk)
    board = RingingBoard(calls.calls, bells, pages)
    live = LiveTracking(desk, bells, pages)
    return runtime.app(
        Parts(
            title="Hải Vân – tiếp nhận",
            routers=[
                reports_api.router(desk),
                calls_api.router(calls),
                site_pages.router(pages, runtime.profile),
                report_pages.router(desk, pages),
                tracking_pages.router(desk, live, bells, pages, runtime.streams),
                call_pages.router(calls, board, live, pages, runtime.streams),
            ],
            reactions=[reaction(note_progress, progress=progress)],
            prepare=[reports.prepare, calls.calls.prepare],
            tasks=[bells.run, board.run],
            pages=pages,
        )
    )


def _report_desk(runtime: Runtime, reports: MongoReports, progress: MongoProgress) -> ReportDesk:
    danger_words = danger_pattern(runtime.profile.answers.danger_words)
    return ReportDesk(
        reports=reports,
        progress=progress,
        reception=Reception(runtime.references, runtime.vault, runtime.code_key, danger_words),
        profile=runtime.profile,
        audit=runtime.audit,
        clock=runtime.clock,
    )


def _call_desk(runtime: Runtime, reports: ReportDesk) -> CallDesk:
    return CallDesk(
        calls=MongoCalls(runtime),
        reports=reports,
        references=runtime.references,
        vault=runtime.vault,
        audit=runtime.audit,
        clock=runtime.clock,
    )
