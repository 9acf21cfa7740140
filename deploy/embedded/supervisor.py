"""Keeps children alive: one loop in one thread, no more clever than it looks.

Every tenth of a second it looks at each child. One that died is started again after a pause (`restarts.py`); one that
dies too often ends the whole run, with the name of its log.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from deploy.embedded.errors import CannotRun
from deploy.embedded.log_files import rotate
from deploy.embedded.restarts import RestartPolicy, decide_restart
from deploy.embedded.server import Server

_TICK_SECONDS = 0.1
_ROTATE_SECONDS = 10.0

Tell = Callable[[str], None]
"""Takes one sentence for the person at the terminal."""


@dataclass(slots=True)
class _Watched:
    server: Server
    deaths: list[float] = field(default_factory=list)
    restart_at: float | None = None


class Supervisor:
    """Watches servers that were started.

    Args:
        servers: in order of start; they are stopped in the opposite order.
        policy: how often and how soon a dead one is started again.
        tell: told of deaths and restarts.
        changed: called after each restart, when a child has a new pid.
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        servers: Sequence[Server],
        *,
        policy: RestartPolicy | None = None,
        tell: Tell = lambda _: None,
        changed: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._watched = [_Watched(server) for server in servers]
        self._policy = policy or RestartPolicy()
        self._tell = tell
        self._changed = changed
        self._clock = clock
        self._rotate_at = clock()

    def watch(self, until: Callable[[], bool] = lambda: False) -> None:
        """Look after the children until `until` is true (never, by default).

        Raises:
            CannotRun: a child died too often; the others still run.
        """
        while not until():
            self.look()
            time.sleep(_TICK_SECONDS)

    def wait_until_ready(self, timeout: float) -> None:
        """Look after them until all answer; a child that dies meanwhile is started again as ever."""
        deadline = self._clock() + timeout
        waiting = [watched.server for watched in self._watched]

        def all_ready() -> bool:
            waiting[:] = [server for server in waiting if not server.is_ready()]
            if waiting and self._clock() > deadline:
                slow = waiting[0].child
                raise CannotRun(f"{slow.name} isn't ready after {timeout:.0f} s.", slow.see_log())
            return not waiting

        self.watch(until=all_ready)

    def look(self) -> None:
        """One look at every child."""
        now = self._clock()
        for watched in self._watched:
            if not watched.server.child.is_running():
                self._revive(watched, now)
        if now >= self._rotate_at:
            self._rotate_at = now + _ROTATE_SECONDS
            for watched in self._watched:
                rotate(watched.server.child.log)

    def _revive(self, watched: _Watched, now: float) -> None:
        if watched.restart_at is None:
            self._note_death(watched, now)
        elif now >= watched.restart_at:
            watched.restart_at = None
            watched.server.start()
            self._changed()

    def _note_death(self, watched: _Watched, now: float) -> None:
        child = watched.server.child
        watched.deaths.append(now)
        delay = decide_restart(watched.deaths, now, self._policy)
        if delay is None:
            often, window = self._policy.most_deaths, self._policy.window_seconds
            raise CannotRun(f"{child.name} died {often} times within {window:.0f} s.", child.see_log())
        watched.restart_at = now + delay
        self._tell(
            f"{child.name} died ({child.how_it_ended()}); it starts again in {delay:g} s. Its log: {child.log}"
        )
