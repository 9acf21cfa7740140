"""The permits' desk: issue, revoke, find; every change and every look-up is audited."""

from dataclasses import dataclass

from services.checkpoints.permits.commands import FindPermits, IssuePermit, RevokePermit
from services.checkpoints.permits.domain import KnownPermit, Permit, decide_issue, decide_revocation
from services.checkpoints.permits.store import MongoPermits
from services.checkpoints.posts.domain import require_posts
from services.checkpoints.posts.duty import COMMAND, require_agency
from shared.audit import Audit
from shared.causes import cause_of_command
from shared.clock import Clock
from shared.codes import code_hash, hand_code, read_hand_code
from shared.errors import Text, Unprocessable
from shared.http import command_digest
from shared.identity.masking import mask_text
from shared.identity.references import References
from shared.identity.vault import Vault
from shared.pending import Command, Versioned
from shared.profile import Profile
from shared.security import Person

READERS = (COMMAND, "police", "cdc")
"""Whose officers may look permits up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitDesk:
    """The use cases of permits."""

    permits: MongoPermits
    references: References
    vault: Vault
    code_key: bytes
    profile: Profile
    audit: Audit
    clock: Clock

    async def issue(self, permit_id: str, command: IssuePermit, person: Person) -> Versioned[Permit]:
        """Issue a permit under the id its sender chose; the same command again gets the same one."""
        require_agency(person, COMMAND)
        require_posts(self.profile, command.posts)
        await self.audit.record(person.account, "permit.issued", f"permit/{permit_id}")
        permit = await self._permit(permit_id, command, person)
        return await self.permits.aggregates.create(
            permit_id,
            decide_issue(permit_id, permit),
            cause_of_command(permit_id),
            command=Command(id=permit_id, digest=command_digest(command)),
        )

    async def revoke(self, permit_id: str, command: RevokePermit, key: str, person: Person) -> Versioned[Permit]:
        """The permit no longer counts, from now on."""
        require_agency(person, COMMAND)
        await self.audit.record(person.account, "permit.revoked", f"permit/{permit_id}", command.reason)
        now, reason = self.clock(), mask_text(command.reason)
        return await self.permits.aggregates.change(
            permit_id,
            lambda permit: decide_revocation(permit_id, permit, reason, person.account, now),
            cause_of_command(key),
            command=Command(id=key, digest=command_digest(command)),
        )

    async def find(self, command: FindPermits, person: Person) -> list[KnownPermit]:
        """The permits of a code or a plate; recorded without either.

        Raises:
            Unprocessable: the check character says that the code was mistyped.
        """
        require_agency(person, *READERS)
        by = "code" if command.code is not None else "plate"
        await self.audit.record(person.account, "permit.searched", "permits", details={"by": by})
        if command.code is not None:
            return await self.permits.by_code_hash(code_hash(read_hand_code(command.code)))
        return await self.permits.by_vehicles([self.references.vehicle_ref(command.plate or "").ref])

    async def holder(self, permit_id: str, reason: str, person: Person) -> dict[str, str]:
        """Plates and holder of a permit; written into the audit before it is answered."""
        require_agency(person, *READERS)
        permit = await self.permits.aggregates.get(permit_id)
        await self.audit.record(person.account, "permit.read", f"permit/{permit_id}", reason)
        return await self.vault.open(permit_id, permit.state.identity)

    def code_of(self, permit_id: str) -> str:
        """The hand code of a permit: always the same, stored nowhere."""
        return hand_code(self.code_key, permit_id)

    async def _permit(self, permit_id: str, command: IssuePermit, person: Person) -> Permit:
        plates = [plate for plate in (command.plate, command.trailer) if plate]
        sealed = await self.vault.seal(permit_id, identity_of(command))
        return Permit(
            purpose=command.purpose,
            vehicles=tuple(self.references.vehicle_ref(plate).ref for plate in plates),
            identity={name: bytes(value) for name, value in sealed.items()},
            posts=command.posts,
            valid_from=command.valid_from,
            valid_until=command.valid_until,
            code_hash=code_hash(self.code_of(permit_id)),
            issued_by=person.account,
            issued_at=self.clock(),
            synthetic=command.synthetic,
        )


def code_doubt(text: str | None) -> Text | None:
    """What is wrong with a code as it was typed, if anything: a slip is found before anybody is stopped for it."""
    if text is None:
        return None
    try:
        read_hand_code(text)
    except Unprocessable as refusal:
        return refusal.text
    return None


def identity_of(command: IssuePermit) -> dict[str, str]:
    """The fields that identify the vehicle and its holder."""
    fields = {
        "plate": command.plate,
        "trailer": command.trailer,
        "holder_name": command.holder_name,
        "holder_phone": command.holder_phone,
        "note": command.note,
    }
    return {name: value for name, value in fields.items() if value}
