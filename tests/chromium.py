"""Tests marked `browser`: skipped and counted where there is no Chromium, failed if one is required.

`HAIVAN_CHROMIUM` names it; else Debian's `/usr/bin/chromium` or one on the PATH. `HAIVAN_REQUIRE_BROWSER=1` (as in
`.ci/run`) makes a missing one a failure.
"""

import os
import shutil
from pathlib import Path

import pytest

_NOT_RUN = pytest.StashKey[int]()
_ADVICE = "there is no Chromium (apt-get install chromium, or HAIVAN_CHROMIUM=/path/to/it)"


def find_chromium() -> Path | None:
    """The browser that the tests drive."""
    named = os.environ.get("HAIVAN_CHROMIUM")
    candidates = (named,) if named else ("/usr/bin/chromium", shutil.which("chromium"))
    return next((Path(each) for each in candidates if each and os.access(each, os.X_OK)), None)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """For Playwright's `executable_path`; only in tests marked `browser`."""
    found = find_chromium()
    assert found, f"mark this test `browser`: {_ADVICE}"
    return found


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_NOT_RUN] = 0


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") is None or find_chromium() is not None:
        return
    if os.environ.get("HAIVAN_REQUIRE_BROWSER") == "1":
        pytest.fail(f"HAIVAN_REQUIRE_BROWSER is set, but {_ADVICE}", pytrace=False)
    item.config.stash[_NOT_RUN] += 1
    pytest.skip(_ADVICE)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    not_run = config.stash[_NOT_RUN]
    if not_run:
        terminalreporter.write_line(f"{not_run} browser tests were not run: {_ADVICE}.", yellow=True)
