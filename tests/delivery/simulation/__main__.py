"""Replay schedules by their seeds and tell what happened: `python -m tests.delivery.simulation 4711 4712`."""

import asyncio
import sys

import uvloop

from tests.delivery.simulation.schedules import run_schedule

if __name__ == "__main__":
    for seed in map(int, sys.argv[1:]):
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            verdict, trace = runner.run(run_schedule(seed))
        print(*trace, f"seed {seed}: {verdict}", sep="\n")  # noqa: T201 - a command's answer
