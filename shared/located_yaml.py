"""YAML that remembers where every value stands, so that a mistake in a profile is shown with file and line."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

Where = Sequence[str | int]
"""The way to a value: keys and positions from the top."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file, counted from 1 as editors do."""

    path: Path
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class UnreadableYaml(Exception):
    """The file is not YAML, or has a key twice."""

    def __init__(self, spot: Spot, reason: str) -> None:
        super().__init__(f"{spot}: {reason}")
        self.spot = spot
        self.reason = reason


@dataclass(frozen=True, slots=True)
class LocatedYaml:
    """The plain values of one file, and its text to find places in."""

    path: Path
    value: Any
    text: str

    def spot_of(self, where: Where) -> Spot:
        """The place of the value at `where`, or of the closest thing above it that exists.

        Parses a second time, which only a mistake makes necessary.
        """
        node = YAML(typ="safe", pure=True).compose(self.text)
        for step in where:
            child = _child(node, step)
            if child is None:
                break
            node = child
        return (
            Spot(self.path, node.start_mark.line + 1, node.start_mark.column + 1) if node else Spot(self.path, 1, 1)
        )


def read_located(path: Path) -> LocatedYaml:
    """Read one YAML file.

    Raises:
        UnreadableYaml: it is not UTF-8 YAML, or a key stands twice in one mapping.
        OSError: it cannot be opened.
    """
    try:
        text = path.read_text(encoding="utf-8")
        return LocatedYaml(path, YAML(typ="safe", pure=True).load(text), text)
    except UnicodeDecodeError as error:
        raise UnreadableYaml(Spot(path, 1, 1), "is not UTF-8") from error
    except MarkedYAMLError as error:
        mark = error.problem_mark
        spot = Spot(path, mark.line + 1, mark.column + 1) if mark else Spot(path, 1, 1)
        raise UnreadableYaml(spot, str(error.problem)) from error
    except (YAMLError, ValueError) as error:  # a control character, or a date that is none
        raise UnreadableYaml(Spot(path, 1, 1), str(error).splitlines()[0]) from error


def _child(node: Node | None, step: str | int) -> Node | None:
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        child: Node = node.value[step]
        return child
    if isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    return None
