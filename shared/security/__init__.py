"""Who is asking, and whether they may: tokens, API keys, passwords, requests forged by other sites.

- `people`: `Person` and `Role`; `wiring`: what an app needs, and the FastAPI dependencies (`require`, …);
- `tokens`, `sessions`: sign-in tokens and the one cookie of all four services;
- `api_keys`, `passwords`: what routing issues and stores; `accounts_view`: every service's projection of accounts;
- `forgery`: Origin and form tokens; `links`: where a sign-in may lead back to;
- `keys`, `sealing`: secrets from the settings, and bytes that only their holder can read.
"""

from shared.security.accounts_view import AccountsView, MongoAccountsView
from shared.security.keys import derive_key, read_key
from shared.security.people import Person, Role
from shared.security.sealing import SealBrokenError, Sealer
from shared.security.wiring import (
    CurrentPerson,
    FromOwnPage,
    OptionalPerson,
    Security,
    build_security,
    install,
    require,
    require_page,
)

__all__ = [
    "AccountsView",
    "CurrentPerson",
    "FromOwnPage",
    "MongoAccountsView",
    "OptionalPerson",
    "Person",
    "Role",
    "SealBrokenError",
    "Sealer",
    "Security",
    "build_security",
    "derive_key",
    "install",
    "read_key",
    "require",
    "require_page",
]
