import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chromium import find_chromium

ROOT = Path(__file__).resolve().parents[2]
_NOWHERE = {"HAIVAN_CHROMIUM": "/nowhere/chromium", "HAIVAN_REQUIRE_BROWSER": "0"}
_ALONE = {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
_A_TEST = "import pytest\n@pytest.mark.browser\ndef test_a_page(chromium): pass\n"


def run(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_pages.py").write_text(_A_TEST)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = browser\n")
    command = [sys.executable, "-m", "pytest", "-p", "tests.chromium", "-p", "no:cacheprovider", "-q", str(folder)]
    variables = os.environ | _ALONE | _NOWHERE | environment
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)


def test_without_chromium_browser_tests_are_counted_as_not_run(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert done.returncode == 0, done.stdout
    assert "1 browser tests were not run: there is no Chromium" in done.stdout


def test_a_required_browser_that_is_missing_is_a_failure(tmp_path: Path) -> None:
    done = run(tmp_path, HAIVAN_REQUIRE_BROWSER="1")
    assert done.returncode == 1
    assert "HAIVAN_REQUIRE_BROWSER is set, but there is no Chromium" in done.stdout


def test_a_named_browser_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = tmp_path / "chromium"
    browser.write_text("#!/bin/sh\n")
    browser.chmod(0o755)
    monkeypatch.setenv("HAIVAN_CHROMIUM", str(browser))
    assert find_chromium() == browser
