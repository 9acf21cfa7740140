"""What a measurement says, and how it is kept: docs/performance.json is what docs/performance.md is written from."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from deploy.embedded.pair import Pair

SizeName = Literal["smoke", "small", "full"]
Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Size:
    """How long is measured.

    Attributes:
        rounds: how often each contender runs, in turns.
        events: how many events a fast contender is given in one round.
        seconds: how long a steady load lasts.
        kept: whether its figures are worth a place on the page.
    """

    name: SizeName
    rounds: int
    events: int
    seconds: float
    kept: bool = True


SIZES: Mapping[str, Size] = {
    "smoke": Size("smoke", rounds=1, events=500, seconds=2, kept=False),  # whether it runs at all
    "small": Size("small", rounds=3, events=10_000, seconds=10),
    "full": Size("full", rounds=5, events=50_000, seconds=30),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One table with its judgement.

    Attributes:
        headline: the ratio or the figure that the budget asks for, in one sentence.
        met: whether the budget is met; None where there is none.
        columns: the table's head.
        rows: its rows, in the order in which they are read.
        notes: what limits, what was left out, what the reader must know.
    """

    headline: str
    met: bool | None
    columns: tuple[str, ...]
    rows: Rows
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measurement:
    """One thing to measure.

    Attributes:
        name: what `ONLY=` calls it.
        title: its heading.
        budget: what is asked for, empty where nothing is.
        run: takes Kafka, MongoDB and the size, and measures.
    """

    name: str
    title: str
    budget: str
    run: Callable[[Pair, Size], Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What stands on the page for one measurement."""

    name: str
    title: str
    budget: str
    headline: str
    met: bool | None
    columns: tuple[str, ...]
    rows: Rows
    notes: tuple[str, ...]
    size: str
    date: str
    machine: str
    load: str
    took: str

    @classmethod
    def of(
        cls, measured: Measurement, outcome: Outcome, *, size: str, date: str, machine: str, load: str, took: str
    ) -> "Section":
        return cls(
            name=measured.name,
            title=measured.title,
            budget=measured.budget,
            headline=outcome.headline,
            met=outcome.met,
            columns=outcome.columns,
            rows=outcome.rows,
            notes=outcome.notes,
            size=size,
            date=date,
            machine=machine,
            load=load,
            took=took,
        )


def read_sections(path: Path) -> dict[str, Section]:
    """What was measured before, by name; nothing where there is no file."""
    if not path.exists():
        return {}
    return {each["name"]: _section(each) for each in json.loads(path.read_text(encoding="utf-8"))}


def write_sections(path: Path, sections: Sequence[Section]) -> None:
    text = json.dumps([asdict(each) for each in sections], ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def _section(kept: dict[str, object]) -> Section:
    kept["columns"] = tuple(_texts(kept["columns"]))
    kept["notes"] = tuple(_texts(kept["notes"]))
    rows = kept["rows"]
    kept["rows"] = tuple(tuple(_texts(row)) for row in rows) if isinstance(rows, list) else ()
    return Section(**kept)  # type: ignore[arg-type]  # what was written from a Section reads back as one


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else []
