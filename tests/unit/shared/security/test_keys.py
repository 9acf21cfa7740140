import base64

import pytest
from pydantic import SecretStr

from shared.security.keys import derive_key, read_key


def test_a_key_is_read_from_base64() -> None:
    assert read_key(SecretStr(base64.b64encode(bytes(32)).decode())) == bytes(32)


@pytest.mark.parametrize("secret", ["not base64!", base64.b64encode(bytes(31)).decode(), ""])
def test_a_bad_key_is_refused_without_being_repeated(secret: str) -> None:
    with pytest.raises(ValueError, match="a key in the settings") as refused:
        read_key(SecretStr(secret))
    assert not secret or secret not in str(refused.value)


def test_keys_for_two_purposes_have_nothing_in_common() -> None:
    key = bytes(range(32))
    assert derive_key(key, "form-tokens") == derive_key(key, "form-tokens")
    assert len({key, derive_key(key, "form-tokens"), derive_key(key, "codes")}) == 3
