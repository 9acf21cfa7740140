"""The play in a thread of its own."""

import asyncio
import threading

from deploy.demo.actions import Day
from deploy.demo.outcome import Outcome
from deploy.demo.stage import Stage

_LEAVE_SECONDS = 10.0


class Performance(threading.Thread):
    """The main thread keeps the children alive and hears Ctrl-C meanwhile.

    After the last act the subscribers stay, until `end`.

    Args:
        stage: everything that plays along, not yet set up.
        day: what is played.
    """

    def __init__(self, stage: Stage, day: Day) -> None:
        super().__init__(name="demo", daemon=True)
        self._stage = stage
        self._day = day
        self._loop = asyncio.new_event_loop()
        self._told_to_end = asyncio.Event()
        self._over = threading.Event()
        self._outcome: Outcome | None = None
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._loop.run_until_complete(self._perform())
        except BaseException as error:  # noqa: BLE001 - told in the main thread, whatever it is
            self._error = error
        finally:
            self._over.set()

    def is_over(self) -> bool:
        return self._over.is_set()

    def outcome(self) -> Outcome:
        """Once it is over; raises whatever ended it early."""
        if self._outcome is None:
            raise _first_of(self._error) if self._error else RuntimeError("the performance is not over")
        return self._outcome

    def end(self) -> None:
        """Let the subscribers leave, and wait for them a little."""
        if self.is_alive():
            self._loop.call_soon_threadsafe(self._told_to_end.set)
            self.join(_LEAVE_SECONDS)

    async def _perform(self) -> None:
        async with self._stage as stage:
            playing = asyncio.create_task(stage.play(self._day))
            ending = asyncio.create_task(self._told_to_end.wait())
            await asyncio.wait((playing, ending), return_when=asyncio.FIRST_COMPLETED)
            if playing.done():
                self._outcome = playing.result()
                self._over.set()
                await ending
            playing.cancel()
            await asyncio.gather(playing, return_exceptions=True)
            await stage.leave()


def _first_of(error: BaseException) -> BaseException:
    """What went wrong first, out of the group in which tasks put it."""
    return _first_of(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error
