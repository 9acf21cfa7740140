"""The torture in full: `make torture KILLS=10000 SEED=1`.

It runs in stretches, each under a seed of its own in a place of its own, and keeps a record beside them, so that
Ctrl-C ends the stretch that is under way (it is drained and judged like any other) and the same command goes on.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.embedded.pair import Pair, start_pair
from tests.delivery.torment import Outcome, torment
from tests.delivery.tormentor import Toll
from tests.delivery.trouble import Troubles
from tests.embedded import without_overrides
from tests.places import give_back, own_environment, settings_from

_SAYS_EVERY = 10.0


@dataclass(slots=True)
class Record:
    """What the stretches so far came to, kept as JSON after each."""

    path: Path
    seed: int
    stretches: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, path: Path, seed: int) -> "Record":
        kept = json.loads(path.read_text()) if path.exists() else []
        return cls(path, seed, kept)

    @property
    def kills(self) -> int:
        return sum(each["kills"] for each in self.stretches)

    @property
    def is_well(self) -> bool:
        return all(each["well"] for each in self.stretches)

    def add(self, outcome: Outcome, met: Counter[str]) -> None:
        killed = {f"{service} {place}": count for (service, place), count in outcome.toll.killed.items()}
        counts = {name: len(found) for name, found in vars(outcome.verdict).items()}
        self.stretches.append(
            {
                "seed": outcome.seed,
                "kills": outcome.toll.kills,
                "killed": killed,
                "troubles": dict(met),
                "stuck": dict(outcome.toll.stuck),
                "accepted": outcome.ledger.accepted,
                "records": outcome.records,
                "seconds": round(outcome.seconds),
                "well": outcome.is_well,
                **counts,
            }
        )
        self.path.write_text(json.dumps(self.stretches, indent=1))

    def __str__(self) -> str:
        sums: Counter[str] = Counter()
        places: Counter[str] = Counter()
        troubles: Counter[str] = Counter()
        for each in self.stretches:
            sums.update({name: each[name] for name in ("accepted", "records", "seconds", *_FAULTS)})
            places.update(each["killed"])
            troubles.update(each["troubles"])
        rows = [f"    {place:<28}{count:>7}" for place, count in sorted(places.items())]
        faults = ", ".join(f"{name} {sums[name]}" for name in _FAULTS)
        met = ", ".join(f"{count} × {name}" for name, count in sorted(troubles.items()))
        lines = [
            f"{self.kills} kills in {len(self.stretches)} stretches from seed {self.seed}, {sums['seconds']} s",
            f"    accepted {sums['accepted']}, records on topics {sums['records']}, {met or 'no other faults'}",
            *rows,
            f"  {faults}",
            "  the promise held" if self.is_well else "  THE PROMISE DID NOT HOLD",
        ]
        return "\n".join(lines)


_FAULTS = ("lost", "double", "phantom", "disorder", "dead")


class Torture:
    """Stretch after stretch until so many kills are done, or somebody has had enough."""

    def __init__(self, record: Record, kills: int, stretch: int) -> None:
        self._record = record
        self._kills = kills
        self._stretch = stretch
        self._enough = False
        self._said_at = 0.0
        self._began = time.monotonic()

    def stop(self) -> None:
        _say("ending this stretch: healing, draining, judging …")
        self._enough = True

    async def run(self, pair: Pair, folder: Path) -> None:
        loop = asyncio.get_running_loop()
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, self.stop)
        while self._record.kills < self._kills and not self._enough:
            await self._one(pair, folder, self._record.seed + len(self._record.stretches))

    async def _one(self, pair: Pair, folder: Path, seed: int) -> None:
        environment = own_environment(pair.kafka_bootstrap, pair.mongo_url)
        settings = settings_from(environment)
        logs = folder / str(seed)
        logs.mkdir(exist_ok=True)
        troubles, due = Troubles(pair, seed), min(self._stretch, self._kills - self._record.kills)

        def is_enough(toll: Toll) -> bool:
            self._tell(toll, due)
            return self._enough or toll.kills >= due

        outcome = await torment(settings, environment, logs, seed, is_enough, troubles.around)
        give_back(settings)
        self._record.add(outcome, troubles.met)
        _say(outcome)

    def _tell(self, toll: Toll, due: int) -> None:
        elapsed = time.monotonic() - self._began
        if elapsed - self._said_at >= _SAYS_EVERY:
            self._said_at = elapsed
            done = self._record.kills + toll.kills
            _say(f"{elapsed:6.0f} s  {done}/{self._kills} kills, this stretch {toll.kills}/{due}")


def _say(what: object) -> None:
    print(what, flush=True)  # noqa: T201 - a command's answer


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--stretch", type=int, default=1_000, help="kills between two judgements")
    parser.add_argument("--folder", type=Path, help="where records, servers' data and logs are kept")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.gettempdir()) / f"haivan-torture-{given.seed}"
    folder.mkdir(parents=True, exist_ok=True)
    record = Record.of(folder / "record.json", given.seed)
    _say(f"seed {given.seed}, {record.kills} of {given.kills} kills done before; kept in {folder}")
    with start_pair(folder / "pair", environ=without_overrides(os.environ)) as pair:
        asyncio.run(Torture(record, given.kills, given.stretch).run(pair, folder))
    _say(record)
    return 0 if record.is_well and record.stretches else 1


if __name__ == "__main__":
    sys.exit(main())
