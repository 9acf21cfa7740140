import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.security.sealing import SealBrokenError, Sealer

KEY, OTHER = bytes(range(32)), bytes(32)
sealer = Sealer(KEY)


@given(st.binary(max_size=2_000), st.binary(max_size=50))
def test_what_was_sealed_is_opened_in_its_context(plain: bytes, context: bytes) -> None:
    assert sealer.open(sealer.seal(plain, context), context) == plain


def test_sealing_twice_gives_different_bytes_without_the_content() -> None:
    first, second = sealer.seal(b"0905123456"), sealer.seal(b"0905123456")
    assert first != second
    assert b"0905123456" not in first


@given(st.integers(0, 47), st.integers(1, 255))
def test_one_changed_byte_anywhere_is_noticed(place: int, change: int) -> None:
    sealed = bytearray(sealer.seal(b"a whole record ok"))
    sealed[place] ^= change
    with pytest.raises(SealBrokenError):
        sealer.open(bytes(sealed))


@given(st.integers(0, 47))
def test_cut_bytes_are_noticed(length: int) -> None:
    with pytest.raises(SealBrokenError):
        sealer.open(sealer.seal(b"a whole record ok")[:length])


def test_another_context_or_another_key_opens_nothing() -> None:
    sealed = sealer.seal(b"x", b"intake.reports.v1/0/1")
    for opener, context in ((sealer, b"intake.reports.v1/0/2"), (Sealer(OTHER), b"intake.reports.v1/0/1")):
        with pytest.raises(SealBrokenError):
            opener.open(sealed, context)


def test_after_a_rotation_the_former_key_still_opens() -> None:
    rotated = Sealer(OTHER, KEY)
    assert rotated.open(sealer.seal(b"x")) == b"x"
    assert Sealer(OTHER).open(rotated.seal(b"y")) == b"y"
