"""From what a person sent to a report that may be kept: identity sealed, words masked, references made."""

import re
from collections.abc import Mapping
from datetime import datetime

from services.intake.reports.commands import SubmitReport
from services.intake.reports.domain import Report, coarse, is_severe, with_signs
from shared.codes import code_hash, tracking_code
from shared.events.reports import Channel
from shared.identity.masking import mask_text
from shared.identity.references import Reference, References
from shared.identity.vault import Vault


class Reception:
    """Makes a `Report` of a command.

    Args:
        references: keyed references to persons.
        vault: seals the identity.
        code_key: makes tracking codes.
        danger_words: what means "call 115".
    """

    def __init__(self, references: References, vault: Vault, code_key: bytes, danger_words: re.Pattern[str]) -> None:
        self._references = references
        self._vault = vault
        self._code_key = code_key
        self._danger_words = danger_words

    async def report_of(
        self,
        report_id: str,
        command: SubmitReport,
        now: datetime,
        *,
        channel: Channel,
        taken_by: str | None = None,
    ) -> Report:
        """The report to be accepted; seals what identifies anybody."""
        identity = identity_of(command)
        reporter = self._references.person_refs(phone=command.phone, cccd=command.cccd)
        sealed = await self._vault.seal(report_id, identity)
        subject = self._references.person_refs(phone=command.subject_phone)
        return Report(
            kind=command.kind,
            channel=channel,
            language=command.language,
            words=with_signs(masked(command.words, identity), command.severe_signs),
            identity={name: bytes(value) for name, value in sealed.items()},
            about=_pairs(subject if command.on_behalf else reporter),
            reporter=_pairs(reporter),
            on_behalf=command.on_behalf,
            confidential=command.confidential,
            ward=command.ward,
            latitude=coarse(command.where.latitude) if command.where else None,
            longitude=coarse(command.where.longitude) if command.where else None,
            severe=is_severe(command.severe_signs, command.words, self._danger_words),
            tracking_hash=code_hash(self.code_of(report_id)),
            call_id=command.call_id,
            taken_by=taken_by,
            synthetic=command.synthetic,
            received_at=now,
        )

    def code_of(self, report_id: str) -> str:
        """The tracking code of a report: always the same, stored nowhere."""
        return tracking_code(self._code_key, report_id)

    async def masked_addition(self, report_id: str, report: Report, text: str) -> str:
        """What the reporter adds later, masked with what is known of them."""
        return masked(text, await self.opened(report_id, report))

    async def opened(self, report_id: str, report: Report) -> dict[str, str]:
        """The identity in clear. Who may see it, and recording that they did, is the caller's."""
        return await self._vault.open(report_id, report.identity)


def identity_of(command: SubmitReport) -> dict[str, str]:
    """The fields that identify somebody, and the original words and point."""
    where = f"{command.where.latitude},{command.where.longitude}" if command.where else None
    fields = {
        "name": command.name,
        "phone": command.phone,
        "cccd": command.cccd,
        "subject_name": command.subject_name,
        "subject_phone": command.subject_phone,
        "address": command.address,
        "where": where,
        "words": command.words,
    }
    return {name: value for name, value in fields.items() if value}


def masked(text: str, identity: Mapping[str, str]) -> str:
    """Free text without numbers, and without the names and the address given in fields of their own."""
    names = [identity[field] for field in ("name", "subject_name") if field in identity]
    addresses = [identity[field] for field in ("address",) if field in identity]
    return mask_text(text, names, addresses=addresses)


def _pairs(references: tuple[Reference, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((reference.by, reference.ref) for reference in references)
