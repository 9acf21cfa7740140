"""What one line of a queue shows."""

from services.routing.cases.domain import TaskStatus
from services.routing.cases.lines import line_of, snippet_of
from shared.events.cases import Urgency
from tests.unit.services.routing.builders import NOON, a_case, a_task, after


def test_severe_symptoms_are_told_apart_from_the_others() -> None:
    line = line_of(a_case(), "cdc", NOON)
    assert (line.severe, line.symptoms) == (("dyspnea",), ("fever", "cough"))


def test_an_agency_sees_its_own_newest_task() -> None:
    case = a_case(tasks=(a_task("cdc", 1, status=TaskStatus.RESOLVED), a_task("police"), a_task("cdc", 2)))
    line = line_of(case, "cdc", NOON)
    assert line.part is not None
    assert line.part.task.id == case.tasks[2].id
    assert line.is_waiting


def test_the_board_shows_the_part_most_in_need() -> None:
    case = a_case(tasks=(a_task("police", urgency=Urgency.LOW), a_task("hospital", urgency=Urgency.EMERGENCY)))
    line = line_of(case, None, after(minutes=30))
    assert line.part is not None
    assert line.part.agency == "hospital"
    assert line.part.is_late(after(minutes=30))


def test_an_agency_without_a_part_has_none() -> None:
    assert line_of(a_case("cdc"), "police", NOON).part is None


def test_a_snippet_is_one_line_cut_at_a_word() -> None:
    assert snippet_of("Sốt\n\ncao") == "Sốt cao"
    long = snippet_of("chữ " * 100)
    assert long.endswith("chữ…")
    assert len(long) <= 141
