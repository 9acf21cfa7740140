"""Pieces of markup that are computed rather than written: attributes, identifiers, sparklines."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

_WIDTH, _HEIGHT, _MARGIN = 120, 28, 2
_NOT_IN_IDS = re.compile(r"[^A-Za-z0-9_-]+")


def attributes(values: Mapping[str, Any]) -> Markup:
    """HTML attributes from keyword arguments: `hx_post="/x"` → ` hx-post="/x"`; True is bare, None is left out."""
    parts = []
    for name, value in values.items():
        if value is None or value is False:
            continue
        attribute = name.rstrip("_").replace("_", "-")
        pattern = Markup(" {}") if value is True else Markup(' {}="{}"')
        parts.append(pattern.format(attribute, value))
    return Markup("").join(parts)


def field_id(name: str) -> str:
    """The id of the field with this name: `subject.phone` → `f-subject-phone`."""
    return "f-" + _NOT_IN_IDS.sub("-", name)


def at_dots(text: str) -> Markup:
    """Text that may break behind its dots: `routing.cases.opened` in a narrow place, and never within a word."""
    return Markup(".<wbr>").join(escape(text).split("."))


def sparkline(values: Sequence[float]) -> Markup:
    """A small line of the last values, drawn on the server; decoration only, the figure stands beside it."""
    if len(values) < 2:  # noqa: PLR2004 - a line needs two points
        return Markup("")
    highest = max(*values, 1e-9)
    step = (_WIDTH - 2 * _MARGIN) / (len(values) - 1)
    points = " ".join(
        f"{_MARGIN + index * step:.1f},{_HEIGHT - _MARGIN - (value / highest) * (_HEIGHT - 2 * _MARGIN):.1f}"
        for index, value in enumerate(values)
    )
    return Markup(
        '<svg class="sparkline" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<polyline points="{}"/></svg>'
    ).format(_WIDTH, _HEIGHT, points)
