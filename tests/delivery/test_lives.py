"""The fork server: whoever waits for its lives hears when it has ended."""

from pathlib import Path

import pytest

from tests.delivery.lives import lives


async def _wait_for_a_life_that_never_comes(log: Path) -> None:
    async with lives() as forked:
        forked._server.kill()
        await (await forked.begin("intake", {}, log)).ended


async def test_whoever_waits_for_a_life_hears_that_the_fork_server_has_ended(tmp_path: Path) -> None:
    with pytest.raises(ExceptionGroup) as raised:
        await _wait_for_a_life_that_never_comes(tmp_path / "log")
    assert "the fork server has ended" in str(raised.value.exceptions)
