"""The first line of `haivan status`."""

import pytest

from deploy.cli.status import ChildStatus, Status, headline_of


def a_child(name: str, *, ready: bool = True) -> ChildStatus:
    return ChildStatus(
        name=name, pid=1, alive=True, healthy=ready, ready=ready, degraded=[], memory_mb=None, url="", log=""
    )


@pytest.mark.parametrize(
    ("state", "is_ready", "said"),
    [
        ("ready", True, "ready"),
        ("ready", False, "NOT READY (routing)"),
        ("starting", False, "starting"),
        ("stopping", False, "stopping"),
    ],
)
def test_the_whole_is_ready_while_every_child_is(state: str, *, is_ready: bool, said: str) -> None:
    children = [a_child("intake"), a_child("routing", ready=is_ready)]
    assert headline_of(Status(running=True, state=state, children=children)) == said
