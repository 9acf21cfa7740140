import re

from hypothesis import given
from hypothesis import strategies as st

from shared.security.api_keys import new_api_key, read_api_key


def test_a_new_key_is_read_back_and_matches_what_is_stored() -> None:
    key = new_api_key()
    presented = read_api_key(key.text)
    assert presented is not None
    assert presented.id == key.id
    assert presented.is_key_with(key.sha256)
    assert not presented.is_key_with(new_api_key().sha256)


def test_a_key_has_256_bits_nobody_knows_and_says_what_it_is() -> None:
    keys = [new_api_key() for _ in range(100)]
    assert len({key.text for key in keys}) == 100
    assert all(re.fullmatch(r"hv_[a-p]{16}_[\w-]{43}", key.text) for key in keys)
    assert all(key.text.split("_", 2)[2] not in key.sha256 for key in keys)


@given(st.text(max_size=300))
def test_no_text_breaks_reading(text: str) -> None:
    presented = read_api_key(text)
    assert presented is None or text.startswith("hv_")
