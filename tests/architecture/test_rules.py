"""Every house rule holds over the tree, and bites: each is broken once in a tree of its own."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture import documents, drivers, layout, purity, size, vendored, wording
from tests.architecture.rules import RULES, Rule
from tests.architecture.source import ROOT

REPORTS = "services/intake/reports"


@dataclass(frozen=True)
class Breach:
    """A file that breaks a rule, and what the rule must say about it."""

    rule: Rule
    path: str
    text: str
    says: str


_PURE = purity.pure_domain
_REASONS = wording.reasons_for_exceptions
_MACHINE = wording.nothing_of_one_machine
_DOMAIN = f"{REPORTS}/domain.py"

BREACHES = (
    Breach(size.short_files, "shared/long.py", "\n" * 301, "301 lines"),
    Breach(size.short_functions, "shared/long.py", "def f():\n" + "    x = 1\n" * 40, "f has 41 lines"),
    Breach(_PURE, _DOMAIN, "from datetime import datetime\nTODAY = datetime.now()\n", "domain calls datetime.now()"),
    Breach(_PURE, _DOMAIN, "import random\n", "imports random"),
    Breach(_PURE, _DOMAIN, "from uuid import uuid4\n", "imports uuid.uuid4"),
    Breach(_PURE, _DOMAIN, "from shared.clock import now\n", "imports shared.clock.now"),
    Breach(_PURE, _DOMAIN, "from shared.ids import new_id\n", "imports shared.ids.new_id"),
    Breach(_PURE, _DOMAIN, "def read(path):\n    return open(path)\n", "calls open()"),
    Breach(_PURE, _DOMAIN, "async def decide():\n    return 1\n", "decide is async"),
    Breach(
        purity.frozen_domain,
        _DOMAIN,
        "from dataclasses import dataclass\n@dataclass(slots=True)\nclass Report: ...\n",
        "Report is a dataclass without frozen=True",
    ),
    Breach(drivers.motor_in_stores, f"{REPORTS}/pages.py", "import motor.motor_asyncio\n", "imports motor"),
    Breach(drivers.motor_in_stores, "shared/pending.py", "from motor import motor_asyncio\n", "imports motor"),
    Breach(drivers.documents_in_stores, f"{REPORTS}/api.py", "from pymongo import UpdateOne\n", "imports pymongo"),
    Breach(drivers.one_consumer_loop, f"{REPORTS}/handlers.py", "import aiokafka\n", "imports aiokafka"),
    Breach(drivers.one_consumer_loop, "shared/other.py", "from faststream import Context\n", "imports faststream"),
    Breach(
        drivers.handlers_let_errors_through,
        f"{REPORTS}/handlers.py",
        "try:\n    opened = []\nexcept (ValueError, Exception):\n    opened = []\n",
        "a handler catches (ValueError, Exception)",
    ),
    Breach(
        drivers.handlers_let_errors_through,
        f"{REPORTS}/handlers.py",
        "try:\n    opened = []\nexcept:\n    opened = []\n",
        "a handler catches everything",
    ),
    Breach(layout.packages_marked, f"{REPORTS}/domain.py", "", "services/intake/__init__.py is missing"),
    Breach(layout.service_files, "services/intake/extra.py", "", "extra.py: a service has only"),
    Breach(layout.capability_files, f"{REPORTS}/everything.py", "", "none of domain.py"),
    Breach(layout.capability_files, f"{REPORTS}/form.html", "", "templates lie in templates/"),
    Breach(layout.telling_names, "shared/utils.py", "", "'utils' says nothing"),
    Breach(layout.telling_names, "tests/unit/helpers/test_x.py", "", "'helpers' says nothing"),
    Breach(layout.prescribed_top, "README.md", "", "Makefile is missing"),
    Breach(wording.nothing_unfinished, "shared/x.py", "x = 1  # " + "todo: more\n".upper(), "unfinished"),
    Breach(wording.nothing_unfinished, "docs/x.md", "<!-- " + "fixme -->\n".upper(), "unfinished"),
    Breach(_MACHINE, "Makefile", f"curl https://{wording.HOSTS[0]}/", "speaks of one machine"),
    Breach(_MACHINE, "docs/x.md", "see " + "/" + "work/main", "speaks of one machine"),
    Breach(_MACHINE, ".ci/run", "cd /" + "home/anna/haivan", "speaks of one machine"),
    Breach(_REASONS, "shared/x.py", "x = eval(y)  # " + "noqa\n", "shared/x.py:1"),
    Breach(_REASONS, "shared/x.py", "x = eval(y)  # " + "noqa: S307\n", "shared/x.py:1"),
    Breach(_REASONS, "shared/x.py", "x = f(y)  # " + "type: ignore[arg-type]\n", "shared/x.py:1"),
    Breach(wording.shared_modules_documented, "shared/x.py", "x = 1\n", "no docstring"),
    Breach(documents.decisions_enforced, "docs/adr/0001-x.md", "## Context\n", "without ## Decision, ## Enforced by"),
    Breach(documents.decisions_enforced, "docs/adr/first.md", "## Context\n", "not named"),
    Breach(
        documents.decisions_enforced,
        "docs/adr/0001-x.md",
        "## Context\n## Decision\n## Enforced by\n`tests/gone.py`\n## Consequences\n",
        "enforced by tests/gone.py, which is not there",
    ),
    Breach(
        vendored.vendored_as_recorded,
        "shared/web/static/vendor/VENDOR.json",
        '[{"name": "x", "version": "1", "files": {"x.js": "00"}}]',
        "x lacks name, version or licence",
    ),
    Breach(
        vendored.vendored_as_recorded,
        "shared/web/static/vendor/VENDOR.json",
        '[{"name": "x", "version": "1", "licence": "MIT", "files": {"x.js": "00"}}]',
        "x.js is missing",
    ),
    Breach(documents.named_tests_are_there, "docs/x.md", "`test_nothing_at_all`\n", "names test_nothing_at_all"),
    Breach(documents.links_lead_somewhere, "docs/x.md", "[gone](gone.md)\n", "leads nowhere: gone.md"),
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_tree_keeps(rule: Rule) -> None:
    assert not list(rule(ROOT)), rule.__doc__


@pytest.mark.parametrize("breach", BREACHES, ids=lambda breach: f"{breach.rule.__name__}: {breach.says}")
def test_a_breach_is_told(breach: Breach, tmp_path: Path) -> None:
    place = tmp_path / breach.path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(breach.text, encoding="utf-8")
    assert any(breach.says in said for said in breach.rule(tmp_path))


def test_every_rule_has_been_seen_to_fail() -> None:
    assert {breach.rule for breach in BREACHES} == set(RULES)


def test_purity_follows_what_the_domain_imports(tmp_path: Path) -> None:
    folder = tmp_path / REPORTS
    folder.mkdir(parents=True)
    (folder / "domain.py").write_text("from services.intake.reports.words import choose\n")
    (folder / "words.py").write_text("import random\n")
    (folder / "pages.py").write_text("import random\n")
    assert list(purity.pure_domain(tmp_path)) == [f"{REPORTS}/words.py:1: the domain imports random"]


def test_a_decision_may_know_who_is_signed_in(tmp_path: Path) -> None:
    (tmp_path / REPORTS).mkdir(parents=True)
    (tmp_path / _DOMAIN).write_text("from shared.security.people import Person\n")
    assert not list(purity.pure_domain(tmp_path))


def test_a_changed_vendored_file_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "shared/web/static/vendor"
    folder.mkdir(parents=True)
    (folder / "VENDOR.json").write_text('[{"name": "x", "version": "1", "licence": "MIT", "files": {"x.js": "00"}}]')
    (folder / "x.js").write_text("changed")
    said = list(vendored.vendored_as_recorded(tmp_path))
    assert said == ["shared/web/static/vendor/x.js is not what VENDOR.json says"]


def test_an_exception_with_rule_and_reason_is_fine(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "x.py").write_text(
        "x = 1  # " + "noqa: PLR2004 - RFC 5321\ny = f(x)  # " + "type: ignore[misc]  # no types there\n"
    )
    assert not list(wording.reasons_for_exceptions(tmp_path))
