"""Contrast as WCAG 2.2 computes it (1.4.3: 4.5 for text, 1.4.11: 3 for what surrounds a control), in every scheme."""

import re

import pytest

from shared.web.assets import STATIC

CSS = (STATIC / "haivan.css").read_text("utf-8")
TEXT_ON = {
    "ink": ("paper", "card", "info-bg", "good-bg", "warning-bg", "danger-bg", "accent-bg"),
    "quiet": ("paper", "card", "warning-bg", "danger-bg"),
    "link": ("paper", "card", "info-bg"),
    "good": ("good-bg", "card"),
    "warning": ("warning-bg", "card"),
    "danger": ("danger-bg", "card", "paper"),
    "accent": ("accent-bg", "card"),
    "on-action": ("action", "action-2"),
    "on-sea": ("sea", "sea-2"),
    "on-sea-quiet": ("sea",),
    "lamp": ("sea", "sea-2"),
}
EDGE_ON = {"edge": ("card", "paper"), "focus": ("paper", "card"), "lamp": ("sea",)}


def block_after(selector: str) -> dict[str, str]:
    start = CSS.index(selector)
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", CSS[start : CSS.index("}", start)]))


LIGHT = block_after(":root {")
SCHEMES = {
    "light": LIGHT,
    "dark": LIGHT | block_after("  .layout-citizen, .layout-console {\n    --paper"),
    "field": LIGHT | block_after(".layout-field { --paper"),
    "screen": LIGHT | block_after(".layout-screen { --paper"),
}


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def too_weak(colours: dict[str, str], pairs: dict[str, tuple[str, ...]], least: float) -> list[str]:
    return [
        f"{front} on {back}: {contrast(colours[front], colours[back]):.2f}"
        for front, backs in pairs.items()
        for back in backs
        if contrast(colours[front], colours[back]) < least
    ]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_can_be_read_on_every_ground_it_stands_on(scheme: str) -> None:
    assert too_weak(SCHEMES[scheme], TEXT_ON, 4.5) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_edges_of_controls_and_the_focus_can_be_seen(scheme: str) -> None:
    assert too_weak(SCHEMES[scheme], EDGE_ON, 3.0) == []


def test_who_asks_for_less_motion_gets_none() -> None:
    assert "@media (prefers-reduced-motion: reduce)" in CSS


def test_things_to_press_are_large_where_fingers_press_them() -> None:
    assert "--target: 44px" in CSS
    assert ".layout-field { --paper" in CSS
    assert "--target: 60px" in CSS
