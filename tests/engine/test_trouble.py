"""Whatever happens to containers while a day is played: what was accepted is kept, told, and has its effect once."""

import pytest

from tests.engine.days import LONG, assert_nothing_was_lost_or_doubled, begin_day
from tests.engine.installation import CONTAINERS, SERVICES, Installation, run

pytestmark = [pytest.mark.engine, pytest.mark.timeout(1_200)]

KILL = "import os, sys; [os.kill(int(each), 9) for each in sys.argv[1:]]"


def started_at(installation: Installation, container: str) -> str:
    return str(installation.inspected(container)["State"]["StartedAt"])


def test_restarts_of_one_container_after_another_lose_and_double_nothing(installation: Installation) -> None:
    day = begin_day(installation, LONG)
    for container in CONTAINERS:
        if day.is_over():
            assert_nothing_was_lost_or_doubled(installation, day)
            day = begin_day(installation, LONG)
        before = started_at(installation, container)
        installation.compose("restart", container)
        installation.await_health(container, since=before)
    assert_nothing_was_lost_or_doubled(installation, day)


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_kill_loses_and_doubles_nothing(installation: Installation, container: str) -> None:
    day = begin_day(installation)
    before = started_at(installation, container)
    installation.compose("kill", container)
    assert installation.ids(container) == []
    installation.compose("up", "--detach", "--no-deps", container)
    installation.await_health(container, since=before)
    assert_nothing_was_lost_or_doubled(installation, day)


def test_when_everything_dies_at_once_the_engine_starts_it_and_nothing_is_lost_or_doubled(
    installation: Installation,
) -> None:
    day = begin_day(installation)
    states = {container: installation.inspected(container)["State"] for container in CONTAINERS}
    # `docker kill` would count as somebody's wish that they stay down.
    helper = ["--rm", "--pid=host", "--network=none", "--user=0:0", "--cap-drop=ALL", "--cap-add=KILL"]
    program = ["--entrypoint=python3", f"haivan-tools:{installation.version}", "-c", KILL]
    run(["docker", "run", *helper, *program, *(str(state["Pid"]) for state in states.values())])
    for container, state in states.items():
        installation.await_health(container, since=state["StartedAt"])
    assert_nothing_was_lost_or_doubled(installation, day)


def test_a_new_version_takes_over_one_service_after_another_and_can_be_taken_back(
    installation: Installation,
) -> None:
    old, new = installation.version, f"{installation.version}-next"
    try:
        installation.compose("build", "--quiet", version=new)
        for version in (new, old):
            day = begin_day(installation, LONG)
            for service in SERVICES:
                installation.compose("up", "--detach", "--no-deps", "--wait", service, version=version)
                assert installation.inspected(service)["Config"]["Image"] == f"haivan-{service}:{version}"
            assert_nothing_was_lost_or_doubled(installation, day)
    finally:
        images = run(
            ["docker", "image", "ls", f"--filter=reference=haivan-*:{new}", "--format={{.Repository}}:{{.Tag}}"]
        )
        run(["docker", "image", "rm", *images.split()])
