"""Each contract of .importlinter is broken once, in a copy of the real tree, to see it caught."""

import subprocess
import sys
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.source import CODE, ROOT, modules

_PREFIX = "importlinter:contract:"


@dataclass(frozen=True)
class Breach:
    """A line added to one module that breaks one contract."""

    contract: str
    module: str
    line: str


BREACHES = (
    Breach("services-independent", "services/intake/reports/api.py", "import services.routing.app"),
    Breach("shared-below-services", "shared/clock.py", "import services.intake.app"),
    Breach("shared-below-services", "shared/ids.py", "import deploy.embedded"),
    Breach("shared-below-services", "services/intake/reports/api.py", "import deploy.embedded"),
    Breach("capability-layers", "services/intake/reports/domain.py", "import services.intake.reports.store"),
    Breach("capability-layers", "services/intake/reports/store.py", "import services.intake.reports.api"),
    Breach("capability-layers", "services/intake/reports/domain.py", "import services.intake.reports.handlers"),
    Breach("app-on-top", "services/intake/reports/api.py", "import services.intake.app"),
    Breach("domain-pure", "services/intake/reports/domain.py", "import motor.motor_asyncio"),
    Breach("domain-pure", "services/intake/reports/domain.py", "import shared.aggregates"),
    Breach("events-pure", "shared/events/contract.py", "import aiokafka"),
    Breach("events-pure", "shared/events/contract.py", "import shared.mongo"),
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for module in modules(ROOT, *CODE):
        _write(tmp_path, str(module.path), module.text)
    _write(tmp_path, ".importlinter", (ROOT / ".importlinter").read_text(encoding="utf-8"))
    for path in ("services/routing/app.py", "services/intake/app.py"):
        _write(tmp_path, path, "")
    return tmp_path


@pytest.mark.parametrize("breach", BREACHES, ids=lambda breach: f"{breach.contract}: {breach.module}: {breach.line}")
def test_a_wrong_import_is_caught(breach: Breach, copy: Path) -> None:
    for edge in ("domain", "store", "api", "handlers"):
        _write(copy, f"services/intake/reports/{edge}.py", "")
    module = copy / breach.module
    module.write_text(f"{module.read_text(encoding='utf-8')}\n{breach.line}\n", encoding="utf-8")
    said = _lint(copy, breach.contract)
    assert said.returncode == 1, said.stdout
    assert "0 kept, 1 broken" in said.stdout
    assert breach.module.removesuffix(".py").replace("/", ".") in said.stdout


def test_every_contract_has_been_seen_to_fail() -> None:
    config = ConfigParser()
    config.read(ROOT / ".importlinter", encoding="utf-8")
    contracts = {each.removeprefix(_PREFIX) for each in config.sections() if each.startswith(_PREFIX)}
    assert {breach.contract for breach in BREACHES} == contracts


def _write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    for package in (root / path).relative_to(root).parents:
        if package.parts:
            (root / package / "__init__.py").touch()
    (root / path).write_text(text, encoding="utf-8")


def _lint(root: Path, contract: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--contract", contract, "--no-cache"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
