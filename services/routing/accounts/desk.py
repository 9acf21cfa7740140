"""The accounts desk: signing in and out, making and closing accounts, keys. Every change is audited."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.routing.accounts.commands import ChangeOwnPassword, MakeAccount, MakeKey
from services.routing.accounts.domain import (
    Account,
    ApiKey,
    decide_activation,
    decide_key_removal,
    decide_making,
    decide_new_key,
    decide_new_password,
    decide_sign_out,
)
from services.routing.accounts.staffing import CHAIRS, DEMO_PASSWORD, OPERATORS_CHAIR, Chair
from services.routing.accounts.store import MongoAccounts
from shared.audit import Audit
from shared.causes import cause_of_command
from shared.clock import Clock
from shared.errors import Conflict, FieldProblem, Text, Unauthenticated, Unprocessable
from shared.http import command_digest
from shared.ids import new_id
from shared.pending import Command, Versioned
from shared.security import Person, Role
from shared.security.api_keys import new_api_key
from shared.security.passwords import Passwords, check_new_password
from shared.security.tokens import TokenIssuer

_MADE_BY = "made_by"
"""In an account's receipt: the command that made it."""

_TAKEN = Text(
    vi="Tên đăng nhập này đã có. Hãy chọn tên khác.", en="There is an account of this name already. Choose another."
)
_OWN = Text(
    vi="Bạn không thể tự đóng tài khoản của mình. Nhờ người vận hành khác.",
    en="You cannot close your own account. Ask another operator.",
)
_SHOWN = Text(
    vi="Lần gửi trước đã tạo khóa và khóa chỉ hiện một lần. Hãy xóa khóa đó rồi tạo khóa mới.",
    en="An earlier attempt made the key, and a key is shown only once. Remove that one and make a new one.",
)
_OTHER_PASSWORD = Text(
    vi="Lần gửi trước đã đặt một mật khẩu khác. Hãy mở lại trang rồi đặt lại.",
    en="An earlier attempt set another password. Open the page again and set it anew.",
)
_NOT_IT = Text(vi="Mật khẩu hiện tại không đúng.", en="The current password is wrong.")
_WRONG = Text(vi="Tên đăng nhập hoặc mật khẩu không đúng.", en="Wrong account or password.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A session as it begins: the cookie's token, and whose it is."""

    token: str
    person: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDesk:
    """The use cases of accounts."""

    accounts: MongoAccounts
    passwords: Passwords
    issuer: TokenIssuer
    audit: Audit
    clock: Clock

    async def sign_in(self, account_id: str, password: str) -> SignedIn:
        """Begin a session of 12 hours.

        Raises:
            Unauthenticated: unknown account, closed account or wrong password; the same answer after the same time.
        """
        found = await self.accounts.aggregates.find(account_id.strip().lower())  # phones begin with a capital
        account = found.state if found and found.state.active else None
        if not await self.passwords.verify(password, account.password_hash if account else None) or account is None:
            raise Unauthenticated("wrong-password", _WRONG)
        person = _person(account, session=new_id())
        await self.audit.record(account.id, "session.began", f"session/{person.session}")
        return SignedIn(token=self.issuer.issue(person, self.clock()), person=person)

    async def sign_out(self, person: Person) -> None:
        """End this session in all four services."""
        await self.accounts.aggregates.change(
            person.account,
            lambda account: decide_sign_out(account, person.session),
            cause_of_command(person.session),
            command=Command(id=f"sign-out/{person.session}"),
        )
        await self.audit.record(person.account, "session.ended", f"session/{person.session}")

    async def make(self, command: MakeAccount, key: str, by: str) -> Versioned[Account]:
        """A new account, under the id that its owner will type.

        Raises:
            Conflict: there is an account of this name (`account-taken`).
            Unprocessable: the password is weak, or the role needs an agency or a post.
        """
        check_new_password(command.password, command.id)
        account = await self._account(command)
        change = decide_making(account)
        await self._require_free(command.id, key)
        await self.audit.record(
            by, "account.made", f"account/{command.id}", details={"roles": " ".join(account.roles)}
        )
        # The digest leaves the password out: an unsalted hash of one is not to be kept anywhere.
        digest = command_digest(command.model_copy(update={"password": ""}))
        try:
            made = await self.accounts.aggregates.create(
                command.id,
                change,
                cause_of_command(key),
                command=Command(id=key, digest=digest),
                receipt={_MADE_BY: key},
            )
        except Conflict:
            await self._require_free(command.id, key)  # somebody took the name a moment ago
            raise
        if not made.first:
            await self._require_free(command.id, key)
        return made

    async def activate(self, account_id: str, key: str, by: str, *, active: bool) -> Versioned[Account]:
        """Open or close an account.

        Raises:
            Conflict: one's own is not to be closed.
        """
        if account_id == by and not active:
            raise Conflict("own-account", _OWN)
        await self.accounts.aggregates.get(account_id)
        now = self.clock()
        await self.audit.record(by, "account.opened" if active else "account.closed", f"account/{account_id}")
        return await self.accounts.aggregates.change(
            account_id,
            lambda account: decide_activation(account, now, active=active),
            cause_of_command(key),
            command=Command(id=key, digest="open" if active else "closed"),
        )

    async def change_password(self, account_id: str, password: str, key: str, by: str) -> Versioned[Account]:
        """A new password; every session of the account ends.

        Raises:
            Conflict: an earlier press under the same key set another one.
        """
        check_new_password(password, account_id)
        await self.accounts.aggregates.get(account_id)
        hashed, now = await self.passwords.hash(password), self.clock()
        await self.audit.record(by, "account.password_changed", f"account/{account_id}")
        changed = await self.accounts.aggregates.change(
            account_id,
            lambda account: decide_new_password(account, hashed, now),
            cause_of_command(key),
            command=Command(id=key),
        )
        # A repeat is told from another password by the salted hash: no other digest of one is to be kept anywhere.
        if not await self.passwords.verify(password, changed.state.password_hash):
            problem = FieldProblem("password", _OTHER_PASSWORD)
            raise Conflict("idempotency-conflict", _OTHER_PASSWORD, fields=[problem])
        return changed

    async def change_own_password(self, person: Person, command: ChangeOwnPassword) -> None:
        """A new password, by whoever knows the old one; all sessions end, this one too.

        Raises:
            Unprocessable: the current password is wrong, or the new one weak.
        """
        found = await self.accounts.aggregates.get(person.account)
        if not await self.passwords.verify(command.current, found.state.password_hash):
            raise Unprocessable("invalid-fields", _NOT_IT, fields=[FieldProblem("current", _NOT_IT)])
        await self.change_password(person.account, command.password, new_id(), person.account)

    async def make_key(self, account_id: str, command: MakeKey, key: str, by: str) -> str:
        """A new API key; its text is shown this once and kept nowhere.

        Raises:
            Conflict: this command has made one before, whose text is gone.
        """
        await self.accounts.aggregates.get(account_id)
        made = new_api_key()
        await self.audit.record(by, "api_key.made", f"api-key/{made.id}", details={"account": account_id})
        state = ApiKey(
            id=made.id,
            sha256=made.sha256,
            label=command.label,
            scopes=tuple(command.scopes),
            expires_at=command.expires_at,
            made_at=self.clock(),
        )
        changed = await self.accounts.aggregates.change(
            account_id,
            lambda account: decide_new_key(account, state),
            cause_of_command(key),
            command=Command(id=key, digest=command_digest(command)),
        )
        if all(each.id != made.id for each in changed.state.api_keys):
            raise Conflict("key-already-made", _SHOWN)
        return made.text

    async def remove_key(self, account_id: str, key_id: str, key: str, by: str) -> Versioned[Account]:
        """The key stops working within a second, everywhere; one that is not there needs no removing."""
        found = await self.accounts.aggregates.get(account_id)
        if all(each.id != key_id for each in found.state.api_keys):
            return found
        await self.audit.record(by, "api_key.removed", f"api-key/{key_id}", details={"account": account_id})
        return await self.accounts.aggregates.change(
            account_id,
            lambda account: decide_key_removal(account, key_id),
            cause_of_command(key),
            command=Command(id=key, digest=key_id),
        )

    async def staff_the_demo(self) -> None:
        """The demo's accounts; those that are there stay as they are."""
        await self._seat(CHAIRS, DEMO_PASSWORD)

    async def seat_the_first_operator(self, password: str) -> None:
        """The account that makes the others. Once it is there, this password says nothing any more."""
        await self._seat((OPERATORS_CHAIR,), password)

    async def _seat(self, chairs: Sequence[Chair], password: str) -> None:
        empty = [chair for chair in chairs if await self.accounts.aggregates.find(chair.id) is None]
        hashed = await self.passwords.hash(password) if empty else ""
        for chair in empty:
            account = Account(
                id=chair.id,
                name=chair.name,
                roles=chair.roles,
                agency=chair.agency,
                post=chair.post,
                password_hash=hashed,
                made_at=self.clock(),
            )
            await self.accounts.aggregates.create(
                chair.id, decide_making(account), cause_of_command(chair.id), command=Command(id=chair.id)
            )

    async def _require_free(self, account_id: str, key: str) -> None:
        """The name is free, or was taken by this very command before."""
        found = await self.accounts.aggregates.find(account_id)
        if found is not None and found.receipt.get(_MADE_BY) != key:
            raise Conflict("account-taken", _TAKEN, fields=[FieldProblem("id", _TAKEN)])

    async def _account(self, command: MakeAccount) -> Account:
        return Account(
            id=command.id,
            name=command.name,
            roles=tuple(Role(role) for role in command.roles),
            agency=command.agency,
            post=command.post,
            password_hash=await self.passwords.hash(command.password),
            made_at=self.clock(),
        )


def _person(account: Account, session: str) -> Person:
    return Person(
        account=account.id,
        name=account.name,
        roles=frozenset(account.roles),
        agency=account.agency,
        post=account.post,
        session=session,
    )
