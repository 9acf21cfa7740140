"""docs/performance.md, written from what was measured."""

from collections.abc import Iterator, Sequence

from bench.sections import Section

_HEAD = """\
# How fast it is

Written by `make bench` from `performance.json` beside it; do not edit. Each section says when, where and under which
load it was measured: figures of one section compare with each other, those of different sections need not.

* Ratios come first: contenders run in turns on the same Kafka, the same mongod and the same reports, and a ratio is
  the median of those of neighbouring runs. Other figures are medians; the smallest and largest stand in brackets.
* Times of requests count from when they were due, so that a server that stalls is not measured kinder.
* CPU is user and system time, read from `/proc`, per 1,000 events. Peak memory is the kernel's high-water mark of the
  process since it started; Kafka and mongod stay the same processes for a whole run of `make bench`.
* Everything shares one machine: broker, database, load and what is measured. A load average above the number of
  cores means that others took part of it.

`make bench` measures all, `make bench ONLY=pipeline,accept` some, `SIZE=full` longer (size small takes minutes,
full an hour). [How a measurement is added](../bench/README.md).
"""
_VERDICTS = {True: "met", False: "**not met**", None: "no budget"}


def page(sections: Sequence[Section]) -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_overview(sections), *(line for each in sections for line in _section(each))]) + "\n"


def _overview(sections: Sequence[Section]) -> Iterator[str]:
    yield "## At a glance\n"
    yield from table(
        ("measured", "budget", "", "result"),
        [(f"[{s.title}](#{s.name})", s.budget, _VERDICTS[s.met], s.headline) for s in sections],
    )


def _section(section: Section) -> Iterator[str]:
    yield f'\n<a id="{section.name}"></a>\n\n## {section.title}\n'
    if section.budget:
        yield f"Budget: {section.budget}: {_VERDICTS[section.met]}.\n"
    yield f"{section.headline}\n"
    yield from table(section.columns, section.rows)
    if section.notes:
        yield ""
    yield from (f"* {note}" for note in section.notes)
    yield f"\n*{section.date}, size {section.size}, {section.took}; {section.machine}; load average {section.load}.*"


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of a Markdown table; figures stand at the right."""
    yield f"| {' | '.join(columns)} |"
    yield f"|{'|'.join(['---', *['--:'] * (len(columns) - 1)])}|"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"
