"""The press desk: draft, approve, cancel; the same for pages and HTTP. Every step is audited."""

from dataclasses import dataclass
from datetime import timedelta

from services.notifications.alerts.commands import CancelAlert, DraftAlert
from services.notifications.alerts.domain import Alert, Words, decide_cancellation, decide_draft, decide_publication
from services.notifications.alerts.store import MongoAlerts
from shared.audit import Audit
from shared.causes import cause_of_command
from shared.clock import Clock
from shared.errors import FieldProblem, NotFound, Text, Unprocessable
from shared.http import command_digest
from shared.pending import Command, Versioned
from shared.profile import Profile

_SHOWN_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDesk:
    """The use cases of alerts."""

    alerts: MongoAlerts
    profile: Profile
    audit: Audit
    clock: Clock

    def check(self, command: DraftAlert) -> Alert:
        """The alert as it would go out, without keeping it: what a preview shows.

        Raises:
            Unprocessable: a ward is unknown, or it would be over before it began.
        """
        alert = self._alert(command, by="")
        decide_draft(alert, self.clock())
        return alert

    async def draft(self, alert_id: str, command: DraftAlert, by: str) -> Versioned[Alert]:
        """Write an alert that nobody hears of yet."""
        change = decide_draft(self._alert(command, by), self.clock())
        await self.audit.record(by, "alert.drafted", f"alert/{alert_id}")
        return await self.alerts.aggregates.create(
            alert_id,
            change,
            cause_of_command(alert_id),
            command=Command(id=alert_id, digest=command_digest(command)),
        )

    async def publish(self, alert_id: str, key: str, by: str) -> Versioned[Alert]:
        """Approve somebody else's draft; from here on it is out."""
        await self.audit.record(by, "alert.approved", f"alert/{alert_id}")
        return await self.alerts.aggregates.change(
            alert_id,
            lambda alert: decide_publication(alert_id, alert, by, self.clock()),
            cause_of_command(key, alert_id),
            command=Command(id=key, digest="publish"),
        )

    async def cancel(self, alert_id: str, command: CancelAlert, key: str, by: str) -> Versioned[Alert]:
        """Take an alert back; its readers are told."""
        await self.audit.record(by, "alert.cancelled", f"alert/{alert_id}")
        reason = Words(vi=command.reason_vi, en=command.reason_en or "")
        return await self.alerts.aggregates.change(
            alert_id,
            lambda alert: decide_cancellation(alert_id, alert, reason, by, self.clock()),
            cause_of_command(key, alert_id),
            command=Command(id=key, digest=command_digest(command)),
        )

    async def public(self) -> list[Versioned[Alert]]:
        """What the public sees: the last two weeks, newest first."""
        return await self.alerts.public(self.clock() - _SHOWN_FOR)

    async def published(self, alert_id: str) -> Versioned[Alert]:
        """An alert that was published, whatever became of it since.

        Raises:
            NotFound: there is none, or it is a draft.
        """
        found = await self.alerts.aggregates.find(alert_id)
        if found is None or found.state.published_at is None:
            raise NotFound("not-found", _UNKNOWN)
        return found

    def _alert(self, command: DraftAlert, by: str) -> Alert:
        if unknown := set(command.wards) - {ward.id for ward in self.profile.wards}:
            problem = Text(f"Không có phường, xã “{min(unknown)}”.", f"There is no ward “{min(unknown)}”.")
            raise Unprocessable("invalid-fields", problem, fields=[FieldProblem("wards", problem)])
        return Alert(
            headline=Words(vi=command.headline_vi, en=command.headline_en or ""),
            text=Words(vi=command.text_vi, en=command.text_en or ""),
            severity=command.severity,
            wards=command.wards,
            expires_at=command.expires_at,
            drafted_by=by,
            drafted_at=self.clock(),
            synthetic=command.synthetic,
        )


_UNKNOWN = Text(vi="Không có cảnh báo này.", en="There is no such alert.")
