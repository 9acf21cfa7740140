"""The loop over children, with children that die when a test says so and a clock that it moves."""

import re
from pathlib import Path
from typing import cast

import pytest

from deploy.embedded.child import Child
from deploy.embedded.errors import CannotRun
from deploy.embedded.restarts import RestartPolicy
from deploy.embedded.server import Server
from deploy.embedded.supervisor import Supervisor


class ObedientChild:
    """Stands where a real child would."""

    def __init__(self, name: str, log: Path) -> None:
        self.name = name
        self.log = log
        self.running = True

    def is_running(self) -> bool:
        return self.running

    def how_it_ended(self) -> str:
        return "exit code 7"

    def see_log(self) -> str:
        return f"Its log is {self.log}."


class ObedientServer(Server):
    def __init__(self, name: str, folder: Path) -> None:
        self.obedient = ObedientChild(name, folder / f"{name}.log")
        super().__init__(cast(Child, self.obedient), port=1)
        self.starts = 0
        self.answers = True

    def prepare(self) -> None: ...

    def start(self) -> None:
        self.starts += 1
        self.obedient.running = True

    def is_ready(self) -> bool:
        return self.answers

    def die(self) -> None:
        self.obedient.running = False


class Watch:
    """A supervisor with a clock of its own and everything it said."""

    def __init__(self, *servers: Server, policy: RestartPolicy | None = None) -> None:
        self.now = 0.0
        self.said: list[str] = []
        self.changes = 0
        self.supervisor = Supervisor(
            servers, policy=policy, tell=self.said.append, changed=self._count, clock=lambda: self.now
        )

    def _count(self) -> None:
        self.changes += 1

    def look_at(self, second: float) -> None:
        self.now = second
        self.supervisor.look()


@pytest.fixture
def intake(tmp_path: Path) -> ObedientServer:
    return ObedientServer("intake", tmp_path)


def test_a_living_child_is_left_alone(intake: ObedientServer) -> None:
    watch = Watch(intake)
    watch.look_at(100)
    assert intake.starts == 0
    assert watch.said == []


def test_a_dead_child_starts_again_after_a_second_and_not_before(intake: ObedientServer) -> None:
    watch = Watch(intake)
    intake.die()
    watch.look_at(10.0)
    watch.look_at(10.9)
    assert intake.starts == 0
    watch.look_at(11.0)
    assert intake.starts == 1
    assert watch.changes == 1


def test_a_death_is_told_with_how_and_when_and_where_the_log_is(intake: ObedientServer) -> None:
    watch = Watch(intake)
    intake.die()
    watch.look_at(0)
    assert watch.said == [f"intake died (exit code 7); it starts again in 1 s. Its log: {intake.obedient.log}"]


def test_the_pauses_grow(intake: ObedientServer) -> None:
    watch = Watch(intake)
    for death in (0, 5, 10, 15):
        intake.die()
        watch.look_at(death)
        watch.look_at(death + 4)
    assert [pause for text in watch.said for pause in re.findall(r"again in (\d) s", text)] == ["1", "2", "4", "4"]


def test_five_deaths_in_a_minute_end_it_and_name_the_log(intake: ObedientServer) -> None:
    watch = Watch(intake, policy=RestartPolicy(delays=(0.0,)))
    for second in range(4):
        intake.die()
        watch.look_at(second)
        watch.look_at(second)
    intake.die()
    with pytest.raises(CannotRun, match=r"intake died 5 times within 60 s\.") as ended:
        watch.look_at(5)
    assert str(intake.obedient.log) in ended.value.todo
    assert intake.starts == 4


def test_one_child_that_dies_does_not_touch_the_others(intake: ObedientServer, tmp_path: Path) -> None:
    routing = ObedientServer("routing", tmp_path)
    watch = Watch(intake, routing)
    intake.die()
    watch.look_at(0)
    watch.look_at(1)
    assert (intake.starts, routing.starts) == (1, 0)


def test_waiting_ends_when_all_have_answered_once(intake: ObedientServer) -> None:
    Watch(intake).supervisor.wait_until_ready(timeout=1)


def test_who_isnt_ready_in_time_is_named(intake: ObedientServer) -> None:
    intake.answers = False
    with pytest.raises(CannotRun, match="intake isn't ready after"):
        Watch(intake).supervisor.wait_until_ready(timeout=-1)


def test_a_large_log_is_rotated_while_its_child_lives(intake: ObedientServer) -> None:
    intake.obedient.log.write_bytes(b"x" * (21 * 1024 * 1024))
    Watch(intake).look_at(10)
    assert intake.obedient.log.stat().st_size == 0
