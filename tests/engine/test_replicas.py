"""Three replicas of a service, which come and go while days are played: `docker compose up --scale routing=3`."""

from collections.abc import Iterator

import pytest

from tests.engine.days import LONG, assert_nothing_was_lost_or_doubled, begin_day
from tests.engine.installation import Installation, run
from tests.eventually import eventually_sync

pytestmark = [pytest.mark.engine, pytest.mark.timeout(1_200)]

REPLICAS = 3


def scale(installation: Installation, count: int) -> None:
    installation.compose("up", "--detach", "--no-deps", "--wait", f"--scale=routing={count}", "routing")


@pytest.fixture
def scalable(installation: Installation) -> Iterator[Installation]:
    yield installation
    scale(installation, 1)


def hosts_by_group(installation: Installation) -> dict[str, set[str]]:
    """From where the members of routing's groups speak."""
    groups: dict[str, list[str]] = installation.asked_inside("members.py")
    return {name: set(hosts) for name, hosts in groups.items() if name.startswith("routing.")}


def test_replicas_that_come_and_die_share_the_work_and_lose_and_double_nothing(scalable: Installation) -> None:
    day = begin_day(scalable, LONG)
    scale(scalable, REPLICAS)
    assert len(scalable.ids("routing")) == REPLICAS
    assert_nothing_was_lost_or_doubled(scalable, day)

    def all_share() -> bool:
        groups = hosts_by_group(scalable)
        return bool(groups) and all(len(hosts) == REPLICAS for hosts in groups.values())

    eventually_sync(all_share, within=180)

    day = begin_day(scalable, LONG)
    run(["docker", "kill", scalable.ids("routing")[0]])
    assert_nothing_was_lost_or_doubled(scalable, day)


def test_no_replica_is_given_an_ordinal(installation: Installation) -> None:
    names = {line.partition("=")[0] for line in installation.inspected("routing")["Config"]["Env"]}
    assert "HAIVAN_PROFILE" in names
    assert "HAIVAN_REPLICA" not in names
