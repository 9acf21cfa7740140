"""Every service keeps its own view of who may do what, fed by `routing.accounts.v1`."""

from collections.abc import Sequence

from pymongo.errors import BulkWriteError

from shared.events import Received
from shared.events.accounts import AccountChanged
from shared.messaging import Reaction, Said
from shared.mongo import Collection, already_there
from shared.security.accounts_view import account_changed_write
from shared.settings import ServiceName


def project_accounts(service: ServiceName, view: Collection) -> Reaction:
    """The reaction `<service>.accounts`; any order, any number of times, the newest state wins."""

    async def keep_accounts(changes: Sequence[Received[AccountChanged]]) -> Said:
        writes = [account_changed_write(c.event.model_dump(), c.sequence or 0) for c in changes]
        try:
            await view.bulk_write(writes, ordered=False)
        except BulkWriteError as error:
            already_there(error)  # the view is as new already
        return None

    return Reaction(f"{service}.accounts", (AccountChanged,), keep_accounts)
