"""What `haivan demo` shows: a bar for each kind while the day is played, then the table and where to look."""

from collections import Counter
from collections.abc import Iterator, Mapping

from rich.console import RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from deploy.cli.output import console, figure, print_json, print_table
from deploy.demo.actions import ActionKind
from deploy.demo.installation import Installation
from deploy.demo.outcome import Check, Outcome
from deploy.demo.reconciliation import Row
from services.routing.accounts.staffing import CHAIRS, DEMO_PASSWORD, Chair

_NAMES: Mapping[ActionKind, str] = {
    ActionKind.REPORT: "reports",
    ActionKind.CALL: "calls to the hotline",
    ActionKind.PERMIT: "permits",
    ActionKind.PASS: "passes at the posts",
    ActionKind.WATCH: "watch-list entries",
    ActionKind.ALERT: "alerts",
    ActionKind.ALERT_CANCELLED: "alerts taken back",
    ActionKind.AGENCY_ANSWER: "agencies' answers",
    ActionKind.BAD_INPUT: "bad inputs",
}
_FEW = 10


class Bars(Progress):
    """The onlooker at a terminal. Told from the player's thread; rich locks for itself."""

    def __init__(self) -> None:
        self._kinds: dict[ActionKind, TaskID] = {}
        self._line = ""
        super().__init__(
            TextColumn("{task.description:<22}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )

    def get_renderables(self) -> Iterator[RenderableType]:
        """The bars, and under them how things stand."""
        yield self.make_tasks_table(self.tasks)
        yield Text(self._line, style="dim")

    def planned(self, kind: ActionKind, count: int) -> None:
        self._kinds[kind] = self.add_task(_NAMES[kind], total=count)

    def done(self, kind: ActionKind) -> None:
        self.advance(self._kinds[kind])

    def says(self, text: str) -> None:
        self._line = text


class Lines:
    """The onlooker of programs: a document each time that there is something to say."""

    def __init__(self) -> None:
        self._happened = self._planned = 0

    def planned(self, kind: ActionKind, count: int) -> None:  # noqa: ARG002  # programs want the sum
        self._planned += count

    def done(self, kind: ActionKind) -> None:  # noqa: ARG002  # programs want the sum
        self._happened += 1

    def says(self, text: str) -> None:
        print_json({"happened": self._happened, "of": self._planned, "message": text}, one_line=True)


def show_outcome(outcome: Outcome, seconds: float) -> None:
    """Everything that was counted, for people."""
    console.print(
        f"\n{figure(outcome.size)} things happened (seed {outcome.seed}), played in {outcome.played_seconds:.1f} s, "
        f"all quiet {outcome.settled_seconds:.1f} s later."
    )
    columns = ("", "#accepted", "#on Kafka", "#in stores", "#at receivers", "")
    print_table(columns, [_row(row) for row in outcome.rows])
    console.print()
    print_table(("", "#right", "#of", ""), [_check(check) for check in outcome.checks])
    console.print()
    timed = [(name, t["count"], t["p50_ms"], t["p99_ms"]) for name, t in outcome.times.items() if t]
    print_table(("", "#times", "#median ms", "#99 % within ms"), timed)
    console.print()
    for line in (*_privacy(outcome), *_surprises(outcome), _verdict(outcome, seconds)):
        console.print(line)


def show_where_to_look(place: Installation) -> None:
    """Addresses and accounts."""
    urls = place.urls
    places = [
        ("report something, follow it by its code", f"{urls['intake']}/"),
        ("the hotline's console", f"{urls['intake']}/console"),
        ("agencies' inboxes, cases with their trail of why", f"{urls['routing']}/"),
        ("a post's page, for a phone", f"{urls['checkpoints']}/"),
        ("alerts and the press desk", f"{urls['notifications']}/"),
        *((f"how {name} is doing, live", f"{url}/dashboard") for name, url in urls.items()),
        ("Kafka itself", place.reading("agencies.cdc.tasks.v1")),
    ]
    console.print(Text("\nWhere to look", style="bold"))
    print_table(("", ""), places)
    console.print(Text(f"\nAccounts, all with the password {DEMO_PASSWORD}", style="bold"))
    print_table(("account", "who", "roles", "agency or post"), [_chair(chair) for chair in CHAIRS])


def show_how_to_look() -> None:
    """To whoever asked that it end by itself: what was played stays, nobody answers any more."""
    console.print(
        "\nEverything is being stopped; the data stay. To look around: ./haivan up, or a demo without --once."
    )


def show_what_next() -> None:
    """To whoever started it here and stays."""
    console.print("\nIn another terminal: ./haivan topics, ./haivan lag, ./haivan dlq list. Ctrl-C ends everything.")


def _chair(chair: Chair) -> tuple[str, ...]:
    return (chair.id, chair.name, ", ".join(chair.roles), chair.agency or chair.post or "")


def _row(row: Row) -> tuple[object, ...]:
    def cell(number: int | None) -> str:
        return "" if number is None else figure(number)

    columns = (row.accepted, row.on_kafka, row.in_stores, row.at_receivers)
    mark = Text("=", style="green") if row.agrees else Text(f"≠  {', '.join(row.missing)}", style="bold red")
    return (row.name, *map(cell, columns), mark)


def _check(check: Check) -> tuple[object, ...]:
    share = f"{100 * check.right / check.of:.1f} %" if check.of else ""
    return (check.name, figure(check.right), figure(check.of), Text(share, style="" if check.holds else "bold red"))


def _privacy(outcome: Outcome) -> Iterator[Text]:
    found = outcome.privacy
    yield Text(
        f"{figure(found.planted)} planted names, numbers and plates, looked for in {figure(found.records)} records: "
        f"{sum(leak.count for leak in found.leaks)} where none may be; "
        f"{figure(found.names_in_free_text)} names in citizens' own words, which only routing reads."
    )
    for leak in found.leaks[:_FEW]:
        yield Text(f"  {leak.count} × {leak.kind} on {leak.topic} ({leak.type})", style="red")


def _surprises(outcome: Outcome) -> Iterator[Text]:
    kinds = Counter((each.kind, each.about, each.status, each.slug) for each in outcome.surprises)
    for (kind, about, status, slug), count in kinds.most_common(_FEW):
        yield Text(f"  {count} × {kind} ({about}) answered {status} {slug}", style="yellow")
    if outcome.guests:
        yield Text(f"  {outcome.guests} reports were sent by others meanwhile; they are in none of the figures.")
    for told in outcome.misjudged[:_FEW]:
        yield Text(f"  pass {told}", style="yellow")


def _verdict(outcome: Outcome, seconds: float) -> Text:
    if outcome.broken:
        return Text(f"Does NOT reconcile: {', '.join(outcome.broken)}. ({seconds:.0f} s in all)", style="bold red")
    return Text(f"Every figure reconciles. ({seconds:.0f} s in all)", style="bold green")
