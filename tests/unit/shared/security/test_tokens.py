import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OKPKey

from shared.errors import Unauthenticated
from shared.security.tokens import LIFETIME, TokenIssuer, TokenReader, new_token_keys
from tests.unit.shared.security.builders import PRIVATE_JWK, PUBLIC_JWK, a_person

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TOKEN = TokenIssuer(PRIVATE_JWK).issue(a_person(), NOW)
reader = TokenReader(PUBLIC_JWK)


def test_a_token_says_who_in_which_session_and_until_when() -> None:
    session = reader.read(TOKEN, NOW)
    assert session.person == a_person()
    assert session.issued_at == NOW
    assert session.expires_at == NOW + timedelta(hours=12)


@pytest.mark.parametrize(
    ("moment", "refused"),
    [
        (NOW - timedelta(seconds=60), None),
        (NOW - timedelta(seconds=61), "token-invalid"),
        (NOW + LIFETIME + timedelta(seconds=59), None),
        (NOW + LIFETIME + timedelta(seconds=60), "session-expired"),
    ],
)
def test_clocks_may_be_a_minute_apart_and_no_more(moment: datetime, refused: str | None) -> None:
    assert refusal(TOKEN, moment) == refused


@given(st.integers(0, len(TOKEN) - 1), st.sampled_from("ABCabc019-_."))
def test_a_token_changed_in_one_place_is_refused(place: int, sign: str) -> None:
    changed = TOKEN[:place] + sign + TOKEN[place + 1 :]
    if refusal(changed) is None:  # the last sign of base64 carries bits that count for nothing
        assert decoded(changed) == decoded(TOKEN)
    else:
        assert refusal(changed) == "token-invalid"


@given(st.text(max_size=200))
def test_no_text_is_a_token(text: str) -> None:
    assert refusal(text) == "token-invalid"


def test_a_token_without_signature_is_refused() -> None:
    _, claims, _ = TOKEN.split(".")
    assert refusal(f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{claims}.") == "token-invalid"


@pytest.mark.parametrize("secret", [PUBLIC_JWK, json.loads(PUBLIC_JWK)["x"]])
def test_the_public_key_is_no_secret_to_sign_with(secret: str) -> None:
    header = encoded({"alg": "HS256", "typ": "JWT", "kid": json.loads(PUBLIC_JWK)["kid"]})
    body = f"{header}.{TOKEN.split('.')[1]}"
    signature = hmac.digest(secret.encode(), body.encode(), hashlib.sha256)
    assert refusal(f"{body}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}") == "token-invalid"


def test_a_key_inside_the_token_is_not_believed() -> None:
    private, public = new_token_keys()
    header = {"alg": "Ed25519", "jwk": json.loads(public)}
    assert refusal(signed(header, claims_with(), private)) == "token-invalid"


def test_a_token_of_another_key_is_refused() -> None:
    private, _ = new_token_keys()
    assert refusal(TokenIssuer(private).issue(a_person(), NOW)) == "token-invalid"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "somebody"},
        {"iss": None},
        {"sub": None},
        {"sub": ""},
        {"sub": ["cdc-officer"]},
        {"sid": None},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": 10**30},
        {"iat": None},
        {"iat": -(10**30)},
        {"roles": None},
        {"roles": [["officer"]]},
    ],
)
def test_a_signed_token_with_wrong_claims_is_refused(changed: dict[str, Any]) -> None:
    assert refusal(signed({"alg": "Ed25519"}, claims_with(**changed), PRIVATE_JWK)) == "token-invalid"


def test_two_keys_are_valid_while_they_rotate() -> None:
    private, public = new_token_keys()
    both = TokenReader(json.dumps({"keys": [json.loads(PUBLIC_JWK), json.loads(public)]}))
    for issued_by in (PRIVATE_JWK, private):
        assert both.read(TokenIssuer(issued_by).issue(a_person(), NOW), NOW).person == a_person()


def test_a_public_key_cannot_issue() -> None:
    with pytest.raises(ValueError, match="private"):
        TokenIssuer(PUBLIC_JWK)


def claims_with(**changed: Any) -> dict[str, Any]:
    claims = json.loads(base64.urlsafe_b64decode(TOKEN.split(".")[1] + "=="))
    return {name: value for name, value in (claims | changed).items() if value is not None}


def signed(header: dict[str, Any], claims: dict[str, Any], private_jwk: str) -> str:
    key = OKPKey.import_key(json.loads(private_jwk))
    return jwt.encode(header, claims, key, algorithms=["Ed25519"])


def encoded(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def decoded(token: str) -> list[bytes]:
    return [base64.urlsafe_b64decode(part + "==") for part in token.split(".")]


def refusal(token: str, moment: datetime = NOW) -> str | None:
    try:
        reader.read(token, moment)
    except Unauthenticated as error:
        return error.slug
    return None
