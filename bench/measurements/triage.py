"""One text read: the whole of triage on one core, beside the least that regular expressions could do with it."""

from datetime import UTC, datetime

from bench.figures import number, ratio, spread, together
from bench.reports import texts
from bench.sections import Measurement, Outcome, Size
from bench.triage import RULES, bare_patterns, long_texts, rate, search_all, slowest
from deploy.embedded.pair import Pair
from services.routing.triage.reading import read_text
from services.routing.triage.rules import default_areas, load_rules

_NOW = datetime(2021, 8, 1, tzinfo=UTC)
_SECONDS_SHARE = 0.1
"""Of a steady load's seconds: a loop on one core is steady much sooner."""
Figures = dict[str, float]


def measure(_pair: Pair, size: Size) -> Outcome:
    rules, areas, patterns = load_rules(RULES), default_areas(RULES), bare_patterns()

    def read(text: str) -> object:
        return read_text(text, None, areas, _NOW, rules)

    def search(text: str) -> object:
        return search_all(patterns, text)

    seconds = size.seconds * _SECONDS_SHARE
    rounds = [
        {"bare": rate(texts(), search, seconds), "ours": rate(texts(), read, seconds)} for _ in range(size.rounds)
    ]
    return outcome_of(together(rounds), slowest(long_texts(texts()), read))


def outcome_of(figures: dict[str, list[float]], long: tuple[str, float]) -> Outcome:
    name, milliseconds = long
    of_bare = ratio(figures["ours"], figures["bare"])
    return Outcome(
        headline=f"{spread(figures['ours'])} texts/s of CPU time, {of_bare:.2f} of the bare loop",
        met=None,
        columns=("", "of the bare loop", "texts/s", "CPU ms/1,000"),
        rows=(
            ("bare loop of regular expressions", "1.00", *_cells(figures["bare"])),
            ("Hải Vân triage", f"{of_bare:.2f}", *_cells(figures["ours"])),
        ),
        notes=(
            (
                "The labelled texts of `tests/unit/routing/triage`, again and again; CPU time, so that others on the "
                "machine do not count."
            ),
            (
                "The bare loop folds the marks away and searches one alternation for each symptom and sign; it "
                "knows no negation, no slips of the keyboard, no urgency and no category."
            ),
            f"The slowest of several texts of 50 kB that could hurt ({name}) took {number(milliseconds)} ms.",
        ),
    )


def _cells(rates: list[float]) -> tuple[str, str]:
    return spread(rates), spread([1e6 / each for each in rates])


MEASUREMENT = Measurement(name="triage", title="A text read by triage", budget="", run=measure)
