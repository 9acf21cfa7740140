"""Days to look at, planned once for all tests."""

from datetime import datetime
from functools import cache
from pathlib import Path

from deploy.demo.actions import Day
from deploy.demo.day import plan_day
from shared.clock import HANOI
from shared.profile import Profile, load_profile

START = datetime(2026, 11, 22, tzinfo=HANOI)


@cache
def hue() -> Profile:
    return load_profile(Path(__file__).resolve().parents[4] / "profiles" / "hue")


@cache
def busy_day(seed: int = 7, size: int = 3000) -> Day:
    return plan_day(hue(), seed=seed, size=size, start=START)
