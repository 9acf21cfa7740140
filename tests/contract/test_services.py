"""The reading of the services' code sees what it is there to see."""

from pathlib import Path

import pytest

from tests.contract.services import bound_handlers, constructions, names_used

MAKES = {
    "by its name": "from shared.events.cases import CaseOpened\nCaseOpened(case_id='c')",
    "through its module": "from shared.events import cases\ncases.CaseOpened(case_id='c')",
    "under another name": "from shared.events.cases import CaseOpened as Opened\nOpened(case_id='c')",
    "from fields": "from shared.events.cases import CaseOpened\nCaseOpened.model_validate({})",
    "without validation": "from shared.events.cases import CaseOpened\nCaseOpened.model_construct()",
}

DOES_NOT_MAKE = {
    "an import": "from shared.events.cases import CaseOpened",
    "an annotation": "from shared.events.cases import CaseOpened\ndef read(event: CaseOpened) -> None: ...",
    "a declaration": "from shared.events.cases import CaseOpened\n@consumes(CaseOpened, group='g')\ndef f(): ...",
    "a comparison": "from shared.events.cases import CaseOpened\nisinstance(1, CaseOpened)",
}


def tree(root: Path, source: str) -> Path:
    file = root / "services" / "intake" / "reports" / "domain.py"
    file.parent.mkdir(parents=True)
    file.write_text(source)
    return file


@pytest.mark.parametrize("source", MAKES.values(), ids=MAKES)
def test_an_event_made_is_seen(tmp_path: Path, source: str) -> None:
    tree(tmp_path, source)
    assert [(each.event, each.file, each.line) for each in constructions(tmp_path)] == [
        ("CaseOpened", "services/intake/reports/domain.py", 2)
    ]


@pytest.mark.parametrize("source", DOES_NOT_MAKE.values(), ids=DOES_NOT_MAKE)
def test_what_makes_no_event_is_not_taken_for_it(tmp_path: Path, source: str) -> None:
    tree(tmp_path, source)
    assert constructions(tmp_path) == ()


def test_a_handler_given_to_a_reaction_is_seen(tmp_path: Path) -> None:
    file = tree(tmp_path, "reaction(open_cases, cases=1)\nreaction(handlers.note_progress)\nopen_doors()")
    assert bound_handlers(file.parent) == {"open_cases", "note_progress"}


def test_declaring_a_consumer_is_not_using_its_event(tmp_path: Path) -> None:
    file = tree(tmp_path, "@consumes(CaseOpened, group='g')\nasync def f(): ...\nEVENTS = {'resolved': CaseResolved}")
    assert "CaseOpened" not in names_used(file.parent)
    assert "CaseResolved" in names_used(file.parent)
