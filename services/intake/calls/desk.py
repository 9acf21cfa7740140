"""The hotline's desk: ring, answer, write down, record; the same for the exchange, HTTP and the console."""

from dataclasses import dataclass

from services.intake.calls.commands import CallDraft, EndCall, Ring
from services.intake.calls.domain import (
    Call,
    CallStatus,
    Ending,
    decide_answering,
    decide_draft,
    decide_ending,
    decide_missing,
    decide_report,
    decide_ringing,
    require_free_for,
)
from services.intake.calls.store import MongoCalls
from services.intake.reports.commands import SubmitReport
from services.intake.reports.desk import Accepted, ReportDesk, Tracked
from shared.audit import Audit
from shared.causes import cause_of_command
from shared.clock import Clock
from shared.errors import FieldProblem, Text, Unprocessable
from shared.events.reports import Channel
from shared.http import command_digest
from shared.identity.masking import mask_text
from shared.identity.references import References
from shared.identity.vault import Vault
from shared.ids import derived_id, new_id
from shared.pending import Command, Versioned
from shared.security import Person

_NO_REPORT = Text(
    vi="Không có phản ánh nào mang mã này; hãy để trống nếu cuộc gọi không dẫn đến phản ánh.",
    en="No report has this id; leave it out if the call led to none.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCall:
    """A call as its call-taker sees it.

    Attributes:
        phone: the number that calls, if it is not withheld.
        draft: what was typed so far.
        report: what the call became.
        history: the caller's other reports, newest first.
    """

    call: Versioned[Call]
    phone: str | None
    draft: CallDraft
    report: Tracked | None
    history: list[Tracked]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDesk:
    """The use cases of calls."""

    calls: MongoCalls
    reports: ReportDesk
    references: References
    vault: Vault
    audit: Audit
    clock: Clock

    async def ring(self, call_id: str, command: Ring) -> Versioned[Call]:
        """Somebody calls; the same ring again is the same call."""
        known = {"phone": command.phone} if command.phone else {}
        sealed = await self.vault.seal(call_id, known)
        references = self.references.person_refs(phone=command.phone)
        call = Call(
            status=CallStatus.RINGING,
            caller=tuple((reference.by, reference.ref) for reference in references),
            identity={name: bytes(value) for name, value in sealed.items()},
            rang_at=self.clock(),
        )
        return await self.calls.aggregates.create(
            call_id,
            decide_ringing(call),
            cause_of_command(call_id),
            command=Command(id=call_id, digest=command_digest(command)),
        )

    async def answer(self, call_id: str, taker: Person) -> Versioned[Call]:
        """Pick up; only one call-taker can (F17)."""
        now = self.clock()
        return await self.calls.aggregates.change(
            call_id,
            lambda call: decide_answering(call_id, call, taker.account, now),
            cause_of_command(call_id),
            command=Command(id=f"answer/{taker.account}"),
        )

    async def miss(self, call_id: str) -> Versioned[Call]:
        """The caller hung up."""
        now = self.clock()
        return await self.calls.aggregates.change(
            call_id,
            lambda call: decide_missing(call_id, call, now),
            cause_of_command(call_id),
            command=Command(id="missed"),
        )

    async def open(self, call_id: str, taker: Person) -> OpenCall:
        """The call on one screen; that the number and the history were seen is recorded.

        Raises:
            NotFound: there is no such call.
            Conflict: another call-taker is on it.
        """
        call = await self.calls.aggregates.get(call_id)
        require_free_for(call.state, taker.account)
        await self.audit.record(taker.account, "call.read", f"call/{call_id}")
        known = await self.vault.open(call_id, call.state.identity) if call.state.identity else {}
        report = await self.reports.receipt(call.state.report_id) if call.state.report_id else None
        history = await self.reports.reports_of(call.state.caller)
        return OpenCall(
            call=call,
            phone=known.get("phone"),
            draft=CallDraft.model_validate_json(known.get("draft", "{}")),
            report=report,
            history=[each for each in history if each.report.id != call.state.report_id],
        )

    async def keep_draft(self, call_id: str, draft: CallDraft, taker: Person) -> None:
        """Keep what was typed so far, sealed.

        Raises:
            Conflict: another call-taker is on it.
        """
        sealed = await self.vault.seal(call_id, {"draft": draft.model_dump_json(exclude_defaults=True)})
        kept = {name: bytes(value) for name, value in sealed.items()}
        await self.calls.aggregates.change(
            call_id,
            lambda call: decide_draft(call, taker.account, kept),
            cause_of_command(call_id),
            command=Command(id=new_id()),
        )

    async def write_down(self, call_id: str, command: SubmitReport, taker: Person) -> Accepted:
        """The call becomes a report on the same path as any other; two clicks make one report.

        Raises:
            Conflict: another call-taker is on it, or it became another report already.
        """
        call = await self.calls.aggregates.get(call_id)
        require_free_for(call.state, taker.account)
        report_id = derived_id(call_id, "report")
        with_call = command.model_copy(update={"call_id": call_id})
        accepted = await self.reports.submit(report_id, with_call, channel=Channel.HOTLINE, taken_by=taker.account)
        await self.calls.aggregates.change(
            call_id,
            lambda call: decide_report(call, report_id),
            cause_of_command(call_id),
            command=Command(id=f"report/{report_id}"),
        )
        return accepted

    async def end(self, call_id: str, command: EndCall, key: str, taker: Person) -> Versioned[Call]:
        """Record the call with its outcome.

        Raises:
            Conflict: another call-taker is on it, or it is recorded already.
            Unprocessable: there is no report of the id it names.
        """
        if command.report_id is not None and await self.reports.reports.aggregates.find(command.report_id) is None:
            raise Unprocessable("invalid-fields", _NO_REPORT, fields=[FieldProblem("report_id", _NO_REPORT)])
        now = self.clock()
        ending = Ending(
            operator=taker.account,
            outcome=command.outcome,
            note=mask_text(command.note or ""),
            report_id=command.report_id,
        )
        return await self.calls.aggregates.change(
            call_id,
            lambda call: decide_ending(call_id, call, ending, now),
            cause_of_command(key, call_id),
            command=Command(id=key, digest=command_digest(command)),
        )
