"""`haivan rules …`: the plain door to the reading, and the tools of the person who keeps the rules."""

import gc
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from ruamel.yaml.error import YAMLError

from services.routing.triage.domain import Category, Reading, ReportKind, Urgency
from services.routing.triage.examples import digest_of, read_examples
from services.routing.triage.lint import lint as lint_folder
from services.routing.triage.reading import read_text
from services.routing.triage.rules import RuleSet, default_areas, load_rules
from services.routing.triage.score import MEASURES, Pair, by_style, f1_by_category, read_labelled
from services.routing.triage.training import learn
from services.routing.triage.weights import write_learned
from shared.clock import now as clock_now

app = typer.Typer(help="Read texts, and keep the triage rules.", no_args_is_help=True)
HUE = Path(__file__).parents[3] / "profiles" / "hue" / "triage"
Folder = Annotated[Path, typer.Option("--rules", exists=True, file_okay=False, help="The profile's triage folder.")]
Labels = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Labelled texts, JSON lines.")]
Areas = Annotated[str, typer.Option(help="Current epidemic areas, by comma; the profile's own when left out.")]
At = Annotated[str, typer.Option(help="ISO time that 'hôm qua' is counted from; now when left out.")]
_COLOURS = {Urgency.EMERGENCY: "bold red", Urgency.HIGH: "yellow", Urgency.NORMAL: "green", Urgency.LOW: "dim"}
_BY_STYLE = (
    "category macro-F1", "urgent recall", "over-triage", "symptom F1", "negated affirmed", "first agency"
)  # fmt: skip
_WRONG_RULES = 2  # exit code
_WIDTH = 170  # columns: a style with its intervals on one line


class Line(msgspec.Struct):
    """One line of `classify`'s input."""

    text: str
    id: str | int | float | None = None
    kind: ReportKind | None = None


@app.command()
def classify(rules: Folder = HUE, areas: Areas = "", at: At = "") -> None:
    """Read JSON lines {"id","text"} (and "kind") from standard input, write one reading a line."""
    loaded, given, moment = _loaded(rules), _areas(areas, rules), _moment(at)
    lines = msgspec.json.Decoder(Line)
    gc.collect()
    gc.freeze()  # the rules last: the collector need not look through their hundred thousand objects again
    write = sys.stdout.buffer.write
    failed = False
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            row = lines.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            typer.echo(f"line {number}: {error}", err=True)
            failed = True
            continue
        reading = read_text(row.text, row.kind, given, moment, loaded)
        write(msgspec.json.encode(plain(row.id, reading)) + b"\n")
    raise typer.Exit(1 if failed else 0)


def plain(identity: object, reading: Reading) -> dict[str, Any]:
    """A reading as the plain door writes it."""
    return {
        "id": identity,
        "category": reading.category,
        "urgency": reading.urgency,
        "agency": reading.agencies,
        "symptoms": reading.symptoms,
        "negated_symptoms": reading.negated_symptoms,
        "violation": reading.violation,
        "from_epidemic_area": reading.from_epidemic_area,
        "places": reading.places,
        "dates": reading.dates,
        "contradiction": reading.contradiction,
        "confidence": reading.confidence,
        "trail": reading.trail,
        "rules_version": reading.rules_version,
    }


@app.command()
def lint(rules: Folder = HUE) -> None:
    """Say what is wrong with the rules, with line and column."""
    faults = lint_folder(rules)
    for fault in faults:
        typer.echo(str(fault))
    if faults:
        raise typer.Exit(1)
    typer.echo(f"{rules}: nothing wrong, version {load_rules(rules).version}")


@app.command("try")
def try_text(
    text: str,
    kind: Annotated[ReportKind | None, typer.Option(help="What the reporter chose.")] = None,
    rules: Folder = HUE,
    areas: Areas = "",
    at: At = "",
) -> None:
    """Show how one text is read, and why, in colour."""
    reading = read_text(text, kind, _areas(areas, rules), _moment(at), _loaded(rules))
    console = Console()
    console.print(escape(text), style="italic")
    colour = _COLOURS[reading.urgency]
    console.print(
        f"[bold]{reading.category}[/] ({reading.confidence:.0%})  [{colour}]{reading.urgency}[/]  → ", end=""
    )
    console.print(" → ".join(reading.agencies), style="cyan")
    for name in ("symptoms", "negated_symptoms", "violation", "places", "dates", "from_epidemic_area"):
        value = getattr(reading, name)
        if value not in ((), None):
            console.print(f"  {name}: {', '.join(value) if isinstance(value, tuple) else value}")
    if reading.contradiction:
        console.print("  the reporter chose another kind", style="magenta")
    console.print(_trail_table(reading))


def _trail_table(reading: Reading) -> Table:
    table = Table("rule", "words", "effect", title=f"trail, rules {reading.rules_version}", title_justify="left")
    for step in reading.trail:
        style = "red" if "emergency" in step.effect else "yellow" if "high" in step.effect else ""
        table.add_row(step.rule, escape(step.words), escape(step.effect), style=style)
    return table


@app.command()
def score(labelled: Labels, rules: Folder = HUE, areas: Areas = "", at: At = "2021-08-01T00:00:00+00:00") -> None:
    """Compare readings with labels, by split and by style, with 95 % intervals.

    Shares of texts have Wilson's interval; F1 and what one text may hold several of, a seeded bootstrap over texts.
    """
    loaded, given, moment = _loaded(rules), _areas(areas, rules), _moment(at)
    try:
        rows = read_labelled(labelled)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    pairs = [Pair(row, read_text(row.text, None, given, moment, loaded)) for row in rows]
    console = Console(width=_WIDTH)
    splits = {split: [p for p in pairs if p.label.split == split] for split in sorted({p.label.split for p in pairs})}
    console.print(_measure_table(splits))
    console.print(_category_table(splits))
    for split, members in splits.items():
        console.print(_style_table(split, members))
    console.print(*_critical_misses(pairs), sep="\n")


def _measure_table(splits: dict[str, list[Pair]]) -> Table:
    table = Table("measure", *(f"{split} (n={len(pairs)})" for split, pairs in splits.items()))
    for name, measure in MEASURES.items():
        table.add_row(name, *(str(measure.measured(pairs)) for pairs in splits.values()))
    return table


def _category_table(splits: dict[str, list[Pair]]) -> Table:
    table = Table("category F1", *splits)
    scores = [f1_by_category(pairs) for pairs in splits.values()]
    for category in Category:
        table.add_row(category, *(str(found.get(category, "–")) for found in scores))
    return table


def _style_table(split: str, pairs: Sequence[Pair]) -> Table:
    table = Table("style", "n", *_BY_STYLE, title=split, title_justify="left")
    for style, members in by_style(pairs).items():
        table.add_row(style, str(len(members)), *(str(MEASURES[name].measured(members)) for name in _BY_STYLE))
    return table


def _critical_misses(pairs: Sequence[Pair]) -> Iterator[str]:
    misses = [pair for pair in pairs if pair.is_critical_miss]
    yield f"emergencies rated below high: {len(misses)}"
    for pair in misses:
        yield f"  {pair.label.id} [{pair.reading.urgency}] {escape(pair.label.text)}"


@app.command("train")
def train_model(rules: Folder = HUE) -> None:
    """Learn the category weights and the opinion on urgency anew from the example texts; about a minute."""
    examples = read_examples(rules)
    learned = learn(examples, default_areas(rules), rules)
    path = write_learned(learned, rules, digest_of(rules))
    features = len(learned.model.weights) + len(learned.opinion.words) + len(learned.opinion.runs)
    typer.echo(f"{len(examples)} texts, {features} features → {path}")


def _loaded(folder: Path) -> RuleSet:
    try:
        return load_rules(folder)
    except (OSError, KeyError, TypeError, ValueError, YAMLError) as error:
        typer.echo(f"{folder}: the rules cannot be loaded; `haivan rules lint` says where they are wrong", err=True)
        raise typer.Exit(_WRONG_RULES) from error


def _areas(given: str, folder: Path) -> frozenset[str]:
    named = frozenset(area.strip() for area in given.split(",") if area.strip())
    return named or default_areas(folder)


def _moment(given: str) -> datetime:
    try:
        return datetime.fromisoformat(given) if given else clock_now()
    except ValueError as error:
        raise typer.BadParameter(f"{given!r} is no ISO time, such as 2021-08-01T07:00:00+07:00") from error
