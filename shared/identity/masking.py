"""Masking of free text: numbers, e-mail addresses, plates, and names and addresses known from structured fields.

What stays is what nobody could know to be a name: people mentioned in the text only, nicknames, places. That is why
even masked text travels on few topics only.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from shared.identity.folding import Folded, fold
from shared.identity.names import find_names
from shared.identity.numbers import Kind, Span, find_numbers


@dataclass(frozen=True, slots=True)
class Masked:
    """The text without what identifies people, and how often each kind was taken out."""

    text: str
    counts: dict[Kind, int]


def mask(text: str, known: Sequence[str] = (), *, addresses: Sequence[str] = ()) -> Masked:
    """Masks `text`.

    Args:
        text: free text of any length; time grows with it linearly.
        known: names of persons from structured fields.
        addresses: addresses of homes from structured fields.
    """
    folded = fold(text)
    spans, rest = find_numbers(folded)
    spans += find_names(folded, rest, known, addresses)
    chosen = _merged(spans)
    return Masked(_replaced(folded, chosen), dict(Counter(span.kind for span in chosen)))


def mask_text(text: str, known: Sequence[str] = (), *, addresses: Sequence[str] = ()) -> str:
    """`text` with a word like `[SĐT]` or `[tên]` in each place that identifies somebody; see `mask`."""
    return mask(text, known, addresses=addresses).text


def masked_counts(text: str, known: Sequence[str] = (), *, addresses: Sequence[str] = ()) -> dict[Kind, int]:
    """How often each kind stands in `text`; see `mask`."""
    return mask(text, known, addresses=addresses).counts


def _merged(spans: Sequence[Span]) -> list[Span]:
    """In order; what overlaps becomes one, of the kind that began first."""
    chosen: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.start, -each.end)):
        if chosen and span.start < chosen[-1].end:
            last = chosen.pop()
            span = Span(last.start, max(last.end, span.end), last.kind)  # noqa: PLW2901 - the widened one
        chosen.append(span)
    return chosen


def _replaced(folded: Folded, spans: Sequence[Span]) -> str:
    pieces, done = [], 0
    for span in spans:
        start, end = folded.span(span.start, span.end)
        pieces += [folded.original[done:start], span.kind.value]
        done = end
    return "".join([*pieces, folded.original[done:]])
