from bench.measurements.store import DOORS, Door, grown, paths_of

PLACES = {"task": ["t1", "t2"], "case": ["c1", "c2", "c3"], "cursor": ["x"]}


def door(part: str) -> Door:
    return next(each for each in DOORS if part in each.path)


def test_cases_are_asked_for_in_turns_and_a_task_is_acknowledged_once() -> None:
    assert paths_of(door("{case}"), PLACES, 4) == [f"/api/v1/cases/{case}" for case in ("c1", "c2", "c3", "c1")]
    assert paths_of(door("{task}"), PLACES, 4) == ["/api/v1/tasks/t1:acknowledge", "/api/v1/tasks/t2:acknowledge"]


def test_growth_is_a_ratio_beyond_what_nobody_notices() -> None:
    assert grown({"p50": 2.0}, {"p50": 6.0}) == 1
    assert grown({"p50": 10.0}, {"p50": 30.0}) == 3
    assert grown({"rate": 6_000}, {"rate": 3_000}) == 2
