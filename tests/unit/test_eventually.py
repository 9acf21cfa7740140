from itertools import count

import pytest

from tests.eventually import eventually, eventually_sync


async def test_the_first_true_answer_is_given() -> None:
    answers = count()
    assert await eventually(lambda: next(answers)) == 1


async def test_a_coroutine_function_is_awaited() -> None:
    async def ask() -> str:
        return "here"

    assert await eventually(ask) == "here"


def test_an_assertion_that_fails_means_not_yet() -> None:
    answers = count()

    def ask() -> bool:
        assert next(answers) > 2
        return True

    assert eventually_sync(ask)


async def test_giving_up_says_what_the_last_answer_was() -> None:
    with pytest.raises(AssertionError, match=r"not within 0\.01 s; the last answer was \[\]"):
        await eventually(list, within=0.01)


def test_giving_up_says_what_still_failed() -> None:
    def ask() -> bool:
        raise AssertionError("three are missing")

    with pytest.raises(AssertionError, match="it still failed: three are missing"):
        eventually_sync(ask, within=0.01)


def test_any_other_error_ends_the_wait() -> None:
    with pytest.raises(ZeroDivisionError):
        eventually_sync(lambda: 1 / 0)
