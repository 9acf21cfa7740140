"""Sign-in tokens: JWTs signed with Ed25519 by routing, verified everywhere by its public key.

They live 12 hours, so that an outage of routing locks nobody out; ending one earlier is the accounts view's part.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import KeySet, OKPKey

from shared.errors import Text, Unauthenticated
from shared.security.people import Person

LIFETIME = timedelta(hours=12)
SKEW = timedelta(seconds=60)
"""How far the clocks of two machines may be apart."""

_ISSUER = "haivan"
# The fully specified name of RFC 9864. Naming exactly one keeps "none" and every HMAC out.
_ALGORITHM = "Ed25519"
_REMEMBERED = 4_000  # sessions whose signature need not be checked anew; times and endings always are
_LONGEST = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a valid token says: who, in which session, since when and until when (UTC)."""

    person: Person
    issued_at: datetime
    expires_at: datetime


def new_token_keys() -> tuple[str, str]:
    """A fresh Ed25519 pair as JWK texts: (private, public)."""
    key = OKPKey.generate_key("Ed25519", auto_kid=True)
    return json.dumps(key.as_dict(private=True)), json.dumps(key.as_dict(private=False))


class TokenIssuer:
    """Signs tokens; only routing has the private key.

    Args:
        private_jwk: the Ed25519 private key, JWK as JSON text.
    """

    def __init__(self, private_jwk: str) -> None:
        self._key = OKPKey.import_key(json.loads(private_jwk))
        if not self._key.is_private:
            raise ValueError("the signing key of tokens must be a private one")
        self._key.ensure_kid()

    def issue(self, person: Person, now: datetime) -> str:
        """A token for this person's session, valid from `now` for `LIFETIME`."""
        claims = {
            "iss": _ISSUER,
            "sub": person.account,
            "name": person.name,
            "roles": sorted(person.roles),
            "agency": person.agency,
            "post": person.post,
            "sid": person.session,
            "iat": int(now.timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
        }
        return jwt.encode({"alg": _ALGORITHM, "kid": self._key.kid}, claims, self._key, algorithms=[_ALGORITHM])


class TokenReader:
    """Verifies tokens.

    Args:
        public_jwk: the Ed25519 public key as JWK, or several as a JWK set while keys rotate (JSON text).
    """

    def __init__(self, public_jwk: str) -> None:
        content = json.loads(public_jwk)
        keys = [OKPKey.import_key(each) for each in content.get("keys", [content])]
        for key in keys:
            key.ensure_kid()
        self._keys = KeySet(list(keys))
        self._verified: dict[bytes, dict[str, Any]] = {}

    def read(self, token: str, now: datetime) -> Session:
        """What the token says.

        Raises:
            Unauthenticated: `session-expired`, or `token-invalid` for whatever else is wrong with it.
        """
        if len(token) > _LONGEST:
            raise _invalid()
        try:
            claims = self._claims(token)
            _rules(now).validate(claims)
            return _session(claims)
        except ExpiredTokenError as error:
            raise _expired() from error
        except (JoseError, ValueError, TypeError, KeyError, OverflowError) as error:
            raise _invalid() from error

    def _claims(self, token: str) -> dict[str, Any]:
        """The claims of a token whose signature is right; one that was right stays so, and checking takes a while."""
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        known = self._verified.get(digest)
        if known is None:
            known = jwt.decode(token, self._keys, algorithms=[_ALGORITHM]).claims
            if len(self._verified) >= _REMEMBERED:
                del self._verified[next(iter(self._verified))]
            self._verified[digest] = known
        return known


def _rules(now: datetime) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=int(SKEW.total_seconds()),
        iss={"essential": True, "value": _ISSUER},
        sub={"essential": True},
        sid={"essential": True},
        iat={"essential": True},
        exp={"essential": True},
    )


def _session(claims: dict[str, Any]) -> Session:
    person = Person(
        account=claims["sub"],
        name=str(claims["name"]),
        roles=frozenset(claims["roles"]),
        agency=claims["agency"],
        post=claims["post"],
        session=str(claims["sid"]),
    )
    issued_at, expires_at = (datetime.fromtimestamp(claims[name], UTC) for name in ("iat", "exp"))
    return Session(person=person, issued_at=issued_at, expires_at=expires_at)


def _expired() -> Unauthenticated:
    return Unauthenticated(
        "session-expired",
        Text("Phiên làm việc đã hết hạn. Hãy đăng nhập lại.", "Your session has expired. Sign in again."),
    )


def _invalid() -> Unauthenticated:
    return Unauthenticated(
        "token-invalid",
        Text("Phiên đăng nhập không hợp lệ. Hãy đăng nhập lại.", "This sign-in is not valid. Sign in again."),
    )
