"""Measure, and write docs/performance.md.

python -m bench [--only pipeline,accept] [--size smoke|small|full]
"""

import argparse
import logging
import sys
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path

from bench.machine import load_average, machine
from bench.measurements.listed import MEASUREMENTS
from bench.page import page, table
from bench.places import PAGE, RECORD
from bench.sections import SIZES, Measurement, Section, Size, read_sections, write_sections
from bench.stage import stage
from deploy.embedded.pair import Pair


def main() -> None:
    chosen, size = _arguments()
    # Whoever writes to a topic that has just been made may ask too early; it asks again, and that is no news.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    with stage() as pair:
        failed = [each.name for each in chosen if not _shown(each, pair, size)]
    print(f"Written: {PAGE}" if size.kept else "Nothing is written: this size only shows that it runs.")
    if failed:
        sys.exit(f"Not measured: {', '.join(failed)}")


def _shown(measurement: Measurement, pair: Pair, size: Size) -> bool:
    """Measure, show and keep it; whether that went well: the others are measured all the same."""
    print(f"{measurement.name}: {measurement.title}", flush=True)
    try:
        section = _measured(measurement, pair, size)
    except Exception:  # noqa: BLE001 - shown here, and told by the exit code
        traceback.print_exc()
        return False
    print("\n".join(table(section.columns, section.rows)), flush=True)
    if size.kept:
        keep(section)
    return True


def keep(section: Section) -> None:
    """Put it beside what is known; a measurement that is no longer listed falls away."""
    sections = read_sections(RECORD) | {section.name: section}
    known = [sections[each.name] for each in MEASUREMENTS if each.name in sections]
    write_sections(RECORD, known)
    PAGE.write_text(page(known), encoding="utf-8")


def _measured(measurement: Measurement, pair: Pair, size: Size) -> Section:
    before, began = load_average(), time.monotonic()
    outcome = measurement.run(pair, size)
    took = f"{time.monotonic() - began:.0f} s"
    print(f"  {outcome.headline} ({took})", flush=True)
    return Section.of(
        measurement,
        outcome,
        size=size.name,
        date=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        machine=machine(pair),
        load=f"{before} before, {load_average()} after",
        took=took,
    )


def _arguments() -> tuple[list[Measurement], Size]:
    names = [each.name for each in MEASUREMENTS]
    parser = argparse.ArgumentParser(prog="bench", description="Measure, and write docs/performance.md.")
    parser.add_argument("--only", default="", help=f"some of {', '.join(names)}")
    parser.add_argument("--size", default="small", choices=sorted(SIZES))
    given = parser.parse_args()
    wanted = [name for name in given.only.split(",") if name] or names
    if unknown := sorted(set(wanted) - set(names)):
        parser.error(f"nothing is called {', '.join(unknown)}; there are {', '.join(names)}")
    return [each for each in MEASUREMENTS if each.name in wanted], SIZES[given.size]


if __name__ == "__main__":
    if not Path("/proc").is_dir():
        sys.exit("The benches read /proc: they run on Linux.")
    main()
