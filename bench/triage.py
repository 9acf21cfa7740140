"""How many texts a second one core reads, beside a bare regex loop over the same texts in the same run.

    python -m bench.triage [seconds]

The bare loop is the least anybody could do: fold the marks away, then search one compiled alternation per symptom
and per sign. It knows no negation, no slips, no urgency and no category.
"""

import gc
import itertools
import json
import random
import re
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from services.routing.triage.reading import read_text
from services.routing.triage.rules import default_areas, load_rules, read_yaml

ROOT = Path(__file__).parents[1]
RULES = ROOT / "profiles" / "hue" / "triage"
LABELLED = ROOT / "tests" / "unit" / "routing" / "triage" / "labelled.jsonl"
NOW = datetime(2021, 8, 1, tzinfo=UTC)
LONG = 50_000
_AT_ONCE = 100
"""Texts between two looks at the clock."""


def main(seconds: float) -> None:
    texts = [json.loads(line)["text"] for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    began = time.perf_counter()
    rules, areas = load_rules(RULES), default_areas(RULES)
    print(f"rules loaded in {time.perf_counter() - began:.2f} s")
    print(f"{len(texts)} texts, {_mean_length(texts):.0f} letters each")
    gc.collect()
    gc.freeze()
    patterns = bare_patterns()
    bare = rate(texts, lambda text: search_all(patterns, text), seconds)
    read = rate(texts, lambda text: read_text(text, None, areas, NOW, rules), seconds)
    print(f"bare regex loop ({len(patterns)} alternations): {bare:8,.0f} texts/s")
    print(f"read_text:                            {read:8,.0f} texts/s  ({read / bare:.2f} × the bare loop)")
    for name, milliseconds in durations(long_texts(texts), lambda text: read_text(text, None, areas, NOW, rules)):
        print(f"50 kB of {name:24} {milliseconds:6.1f} ms")


def rate(texts: Sequence[str], read: Callable[[str], object], seconds: float) -> float:
    """Texts a second of CPU time, best of three rounds: other work on the machine does not count."""
    mixed = itertools.cycle(random.Random(1).sample(texts, len(texts)))
    best = 0.0
    for _ in range(3):
        done, began = 0, time.process_time()
        while time.process_time() - began < seconds / 3:
            for text in itertools.islice(mixed, _AT_ONCE):
                read(text)
            done += _AT_ONCE
        best = max(best, done / (time.process_time() - began))
    return best


def durations(texts: Mapping[str, str], read: Callable[[str], object]) -> Iterator[tuple[str, float]]:
    """How many milliseconds the reading of each text takes, by its name."""
    for name, text in texts.items():
        began = time.perf_counter()
        read(text)
        yield name, (time.perf_counter() - began) * 1000


def slowest(texts: Mapping[str, str], read: Callable[[str], object]) -> tuple[str, float]:
    """The one that takes longest, with its milliseconds."""
    return max(durations(texts, read), key=lambda each: each[1])


def bare_patterns() -> list[re.Pattern[str]]:
    """One alternation of folded phrases for each symptom and sign; gaps become `.{0,20}`."""
    lists = list(read_yaml(RULES / "symptoms.yaml").values())
    lists += [entry["phrases"] for entry in read_yaml(RULES / "signs.yaml").values()]
    return [re.compile(r"\b(?:" + "|".join(_alternatives(phrases)) + r")\b") for phrases in lists]


def _alternatives(phrases: Sequence[str]) -> list[str]:
    written = {"{": "(?:", "}": ")", "[": "(?:", "]": ")?", "…": ".{0,20}", " ": " ?"}
    return ["".join(written.get(char, char) for char in fold(str(phrase))) for phrase in phrases]


def search_all(patterns: Sequence[re.Pattern[str]], text: str) -> list[str]:
    folded = fold(text)
    return [found[0] for pattern in patterns if (found := pattern.search(folded))]


def fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def long_texts(texts: Sequence[str]) -> dict[str, str]:
    """Texts of 50 kB that could hurt."""
    return {
        "citizens' words": " ".join([*texts, *texts, *texts])[:LONG],
        "one letter": "a" * LONG,
        "single letters": "a " * (LONG // 2),
        "telling words": "khó thở " * (LONG // 8),
        "negations": "không " * (LONG // 6),
        "commas and symptoms": "sốt, ho, " * (LONG // 9),
        "digits": "39,5 " * (LONG // 5),
        "emoji": "😷" * (LONG // 4),
    }


def _mean_length(texts: Sequence[str]) -> float:
    return sum(map(len, texts)) / len(texts)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 6.0)
