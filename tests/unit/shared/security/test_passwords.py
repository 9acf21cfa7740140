import time
import unicodedata
from collections.abc import Iterator

import pytest

from shared.errors import Unprocessable
from shared.security.passwords import Passwords, check_new_password


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords()
    yield made
    made.close()


async def test_a_password_matches_its_hash_and_no_other_does(passwords: Passwords) -> None:
    stored = await passwords.hash("đèo Hải Vân mùa sương")
    assert stored.startswith("$argon2id$")
    assert await passwords.verify("đèo Hải Vân mùa sương", stored)
    assert not await passwords.verify("đèo Hải Vân mùa nắng", stored)


async def test_composed_and_decomposed_letters_are_the_same_password(passwords: Passwords) -> None:
    stored = await passwords.hash(unicodedata.normalize("NFC", "đèo Hải Vân mùa sương"))
    assert await passwords.verify(unicodedata.normalize("NFD", "đèo Hải Vân mùa sương"), stored)


async def test_an_account_that_does_not_exist_takes_as_long(passwords: Passwords) -> None:
    stored = await passwords.hash("đèo Hải Vân mùa sương")

    async def seconds(stored: str | None) -> float:
        start = time.perf_counter()
        assert not await passwords.verify("mật khẩu sai rồi nhé", stored)
        return time.perf_counter() - start

    known = min([await seconds(stored) for _ in range(5)])
    unknown = min([await seconds(None) for _ in range(5)])
    assert unknown > known / 10  # without a hash to compare it would be some thousand times faster


async def test_nobodys_password_opens_nothing(passwords: Passwords) -> None:
    assert not await passwords.verify("nobody has this password", None)


async def test_no_length_costs_more_time_than_another(passwords: Passwords) -> None:
    assert not await passwords.verify("x" * 10_000_000, None)


@pytest.mark.parametrize("weak", ["", "ngắn", "a" * 20, "abababababab", "cdc-officer-2026", "x" * 201])
def test_a_weak_password_is_refused(weak: str) -> None:
    with pytest.raises(Unprocessable, match="password-weak") as refused:
        check_new_password(weak, "cdc-officer")
    assert [problem.field for problem in refused.value.fields] == ["password"]


def test_a_long_and_varied_password_is_accepted() -> None:
    check_new_password("đèo Hải Vân mùa sương", "cdc-officer")
