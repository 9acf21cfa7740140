"""The hand-written templates of `words/`, and how one becomes what a certain person writes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import cast

from deploy.demo.actions import CanaryKind
from deploy.demo.chance import draw
from deploy.demo.spelling import bare, chat, slip
from shared.profile import URGENCIES, Urgency

_FOLDER = Path(__file__).parent / "words"
_SLOT = re.compile(r"\{([a-z_0-9]+)\}")
STYLES = frozenset({"plain", "hue", "teen", "call", "english", "formal"})


@dataclass(frozen=True, slots=True)
class Template:
    """One line of a file. `urgency` None and no agencies where the text leaves room."""

    style: str
    urgency: Urgency | None
    agencies: frozenset[str]
    text: str

    @property
    def slots(self) -> frozenset[str]:
        return frozenset(_SLOT.findall(self.text))


@dataclass(frozen=True, slots=True)
class Filling:
    """A value for a slot; with `canary` it is somebody's, and `value` is how it is known everywhere else."""

    written: str
    canary: CanaryKind | None = None
    value: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A text and the personal things in it: kind, canonical value, spelling."""

    words: str
    style: str
    slipped: bool
    personal: tuple[tuple[CanaryKind, str, str], ...]


@cache
def templates(name: str) -> tuple[Template, ...]:
    """The templates of a kind of report, or of `prank`."""
    lines = (_FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    return tuple(_parse(line) for line in lines if line.strip())


@cache
def word_lists() -> Mapping[str, tuple[str, ...]]:
    """Names, streets, markets and the like, by the name of their line."""
    lines = (_FOLDER / "lists.txt").read_text("utf-8").splitlines()
    named = (line.split(": ", 1) for line in lines if line.strip())
    return {name: tuple(values.split("; ")) for name, values in named}


def write(template: Template, fillings: Callable[[str], Filling], rng: Random) -> Written:
    """Fill a template and spell it the way one of its writers would."""
    spelling = _choose_spelling(template, rng)
    text = {"chat": lambda: chat(template.text), "slips": lambda: slip(template.text, rng)}.get(
        spelling, lambda: template.text
    )()
    overall = {"bare": bare, "capitals": str.upper}.get(spelling, str)
    chosen = {slot: fillings(slot) for slot in _SLOT.findall(text)}
    words = _capitalised(_SLOT.sub(lambda found: chosen[found[1]].written, text))
    personal = tuple((f.canary, f.value, overall(f.written)) for f in chosen.values() if f.canary is not None)
    style = template.style if spelling == "as is" else f"{template.style}+{spelling}"
    return Written(overall(words), style, spelling == "slips", personal)


def _choose_spelling(template: Template, rng: Random) -> str:
    """English and chat texts stay as they are; of the rest a third is spelt in one of the other ways."""
    if template.style in {"english", "teen"}:
        return "as is"
    return draw(rng, {"as is": 66, "bare": 18, "chat": 8, "slips": 6, "capitals": 2})


def _capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]


def _parse(line: str) -> Template:
    style, urgency, agencies, text = (part.strip() for part in line.split("|", 3))
    if style not in STYLES or urgency not in {*URGENCIES, "-"}:
        raise ValueError(f"not a template: {line!r}")
    return Template(
        style=style,
        urgency=None if urgency == "-" else cast("Urgency", urgency),
        agencies=frozenset() if agencies == "-" else frozenset(agencies.split(",")),
        text=text,
    )
