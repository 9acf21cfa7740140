"""Every service keeps its own view of who may do what, fed by `routing.accounts.v1`."""

from collections.abc import Sequence

from pymongo.errors import BulkWriteError

from shared.events import Received
from shared.events.accounts import AccountChanged
from shared.messaging import Reaction, Said
from shared.mongo import Collection
from shared.security.accounts_view import account_changed_write
from shared.settings import ServiceName

_DUPLICATE = 11_000


def project_accounts(service: ServiceName, view: Collection) -> Reaction:
    """The reaction `<service>.accounts`; any order, any number of times, the newest state wins."""

    async def keep_accounts(changes: Sequence[Received[AccountChanged]]) -> Said:
        writes = [account_changed_write(c.event.model_dump(), c.sequence or 0) for c in changes]
        try:
            await view.bulk_write(writes, ordered=False)
        except BulkWriteError as error:
            _only_older(error)
        return None

    return Reaction(f"{service}.accounts", (AccountChanged,), keep_accounts)


def _only_older(error: BulkWriteError) -> None:
    """A duplicate key says that the view is newer already; anything else is passed on."""
    details = error.details or {}
    if details.get("writeConcernErrors") or any(e["code"] != _DUPLICATE for e in details.get("writeErrors", [])):
        raise error
