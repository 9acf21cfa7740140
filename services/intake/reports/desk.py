"""The report desk: load, decide, save, answer, once, for pages, HTTP and the hotline's console alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel

from services.intake.reports.commands import AddToReport, RateReport, SubmitReport
from services.intake.reports.domain import (
    Report,
    decide_answer,
    decide_rating,
    decide_reception,
    decide_reopening,
    decide_withdrawal,
)
from services.intake.reports.progress import Picture, picture_of
from services.intake.reports.reception import Reception
from services.intake.reports.store import MongoProgress, MongoReports
from shared.audit import Audit
from shared.causes import cause_of_command
from shared.clock import Clock
from shared.codes import code_hash, read_code
from shared.errors import FieldProblem, NotFound, Text, Unprocessable
from shared.events.reports import Channel
from shared.http import command_digest
from shared.pending import Change, Command, Versioned
from shared.profile import Profile
from shared.security import Person, Role

_NO_WARD = Text(
    vi="Không có phường, xã nào mang mã này. Hãy chọn trong danh sách hoặc để trống.",
    en="No ward has this id. Choose one from the list, or leave it out.",
)
_NO_REPORT = Text(vi="Không tìm thấy phản ánh này.", en="There is no such report.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The first answer to a report: its code, what to do now, by when somebody answers."""

    report: Versioned[Report]
    code: str
    call_emergency: bool
    next_step: Text
    answer_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """What the holder of a code sees."""

    report: Versioned[Report]
    code: str
    picture: Picture
    call_emergency: bool
    next_step: Text
    answer_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDesk:
    """The use cases of reports."""

    reports: MongoReports
    progress: MongoProgress
    reception: Reception
    profile: Profile
    audit: Audit
    clock: Clock

    async def submit(
        self, report_id: str, command: SubmitReport, *, channel: Channel, taken_by: str | None = None
    ) -> Accepted:
        """Accept a report under the id its sender chose; the same command again gets the same answer (F5).

        Raises:
            Unprocessable: the ward is none of this province.
            Conflict: the id was used for another report.
        """
        if command.ward is not None and all(ward.id != command.ward for ward in self.profile.wards):
            raise Unprocessable("invalid-fields", _NO_WARD, fields=[FieldProblem("ward", _NO_WARD)])
        report = await self.reception.report_of(report_id, command, self.clock(), channel=channel, taken_by=taken_by)
        stored = await self.reports.aggregates.create(
            report_id,
            decide_reception(report_id, report),
            cause_of_command(report_id),
            command=Command(id=report_id, digest=command_digest(command)),
        )
        urgency = "emergency" if stored.state.severe else "normal"
        call_emergency, next_step, answer_by = self._advice(stored.state, urgency)
        return Accepted(
            report=stored,
            code=self.reception.code_of(report_id),
            call_emergency=call_emergency,
            next_step=next_step,
            answer_by=answer_by,
        )

    async def track(self, code: str) -> Tracked:
        """The report of a tracking code.

        Raises:
            Unprocessable: the check character says that the code was mistyped.
            NotFound: no report has it.
        """
        return await self._tracked(await self._by_code(code))

    async def receipt(self, report_id: str) -> Tracked:
        """The same for a call-taker, who has the report's id.

        Raises:
            NotFound: there is no such report.
        """
        return await self._tracked(await self.reports.aggregates.get(report_id))

    async def reports_of(self, reporter: Sequence[tuple[str, str]], limit: int = 5) -> list[Tracked]:
        """The newest reports of whom these references stand for, newest first."""
        found = {
            report.id: report for each in reporter for report in await self.reports.by_reporter(each, limit=limit)
        }
        newest = sorted(found.values(), key=lambda report: report.state.received_at, reverse=True)
        return [await self._tracked(report) for report in newest[:limit]]

    async def answer(self, code: str, command: AddToReport, key: str) -> Tracked:
        """The reporter answers or adds."""
        report = await self._by_code(code)
        text = await self.reception.masked_addition(report.id, report.state, command.text)
        now = self.clock()
        return await self._change(report.id, lambda s: decide_answer(report.id, s, text, now), key, "answer", command)

    async def withdraw(self, code: str, key: str) -> Tracked:
        """The reporter takes it back."""
        report, now = await self._by_code(code), self.clock()
        return await self._change(report.id, lambda s: decide_withdrawal(report.id, s, now), key, "withdraw")

    async def reopen(self, code: str, command: AddToReport, key: str) -> Tracked:
        """The reporter says that it is not over."""
        report = await self._by_code(code)
        text = await self.reception.masked_addition(report.id, report.state, command.text)
        now = self.clock()
        return await self._change(
            report.id, lambda s: decide_reopening(report.id, s, text, now), key, "reopen", command
        )

    async def rate(self, code: str, command: RateReport, key: str) -> Tracked:
        """The reporter says how well it went."""
        report, now = await self._by_code(code), self.clock()
        return await self._change(
            report.id, lambda s: decide_rating(report.id, s, command.stars, now), key, "rate", command
        )

    async def identity(self, report_id: str, reason: str, reader: Person) -> dict[str, str]:
        """Who reported; written into the audit before it is answered.

        An agency's officer or program sees the reports that its agency has a task for, and no others.

        Raises:
            NotFound: there is no such report, none of this agency's, or its identity was erased.
        """
        report = await self.reports.aggregates.find(report_id)
        if report is None:
            raise NotFound("not-found", _NO_REPORT)
        await self._require_part(report, reader)
        await self.audit.record(
            actor=reader.account, action="identity.read", subject=f"report/{report_id}", reason=reason
        )
        return await self.reception.opened(report_id, report.state)

    async def _require_part(self, report: Versioned[Report], reader: Person) -> None:
        if reader.has_any(Role.CALL_TAKER, Role.DISPATCHER):
            return
        picture = picture_of(report.state, await self.progress.of(report.id))
        if reader.agency not in picture.agencies:
            raise NotFound("not-found", _NO_REPORT)

    async def _by_code(self, code: str) -> Versioned[Report]:
        return await self.reports.by_code_hash(code_hash(read_code(code)))

    async def _change(
        self,
        report_id: str,
        decide: Callable[[Report], Change[Report]],
        key: str,
        what: str,
        command: BaseModel | None = None,
    ) -> Tracked:
        digest = f"{what}/{command_digest(command) if command else ''}"
        changed = await self.reports.aggregates.change(
            report_id, decide, cause_of_command(key, report_id), command=Command(id=key, digest=digest)
        )
        return await self._tracked(changed)

    async def _tracked(self, report: Versioned[Report]) -> Tracked:
        picture = picture_of(report.state, await self.progress.of(report.id))
        urgency = picture.urgency or ("emergency" if report.state.severe else "normal")
        call_emergency, next_step, answer_by = self._advice(report.state, urgency)
        return Tracked(
            report=report,
            code=self.reception.code_of(report.id),
            picture=picture,
            call_emergency=call_emergency,
            next_step=next_step,
            answer_by=answer_by,
        )

    def _advice(self, report: Report, urgency: str) -> tuple[bool, Text, datetime]:
        answer = self.profile.answer(report.kind, urgency)
        by = report.received_at + timedelta(minutes=answer.within_minutes)
        return report.severe or answer.call_emergency, answer.next_step, by
