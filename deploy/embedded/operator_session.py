"""A session of the embedded run's operator: whoever can read the run's keys is its operator.

Apart from the other modules because it loads all of `shared.security`: half a second that few commands need.
"""

from collections.abc import Mapping

from pydantic import SecretStr

from deploy.embedded.secret_keys import PRIVATE_KEY
from shared.clock import now
from shared.ids import new_id
from shared.security.forgery import TOKEN_HEADER, FormTokens
from shared.security.keys import derive_key, read_key
from shared.security.people import Person, Role
from shared.security.sessions import COOKIE
from shared.security.tokens import TokenIssuer

OPERATOR = "van-hanh"
"""The account that `services.routing.accounts.staffing` makes for the operator."""


def operator_headers(secrets: Mapping[str, str]) -> dict[str, str]:
    """Cookie and form token of a fresh session, signed with the run's own key; every service's audit names it."""
    person = Person(account=OPERATOR, name=OPERATOR, roles=frozenset({Role.OPERATOR}), session=new_id())
    form_tokens = FormTokens(derive_key(read_key(SecretStr(secrets["HAIVAN_CODE_KEY"])), "form-tokens"))
    return {
        "Cookie": f"{COOKIE}={TokenIssuer(secrets[PRIVATE_KEY]).issue(person, now())}",
        TOKEN_HEADER: form_tokens.issue(person.session),
    }
