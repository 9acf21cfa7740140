"""From a folder of YAML files to a profile, or to the list of all that is wrong with them."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from shared.errors import HaivanError
from shared.located_yaml import LocatedYaml, Spot, UnreadableYaml, Where, read_located
from shared.profile.entries import (
    Agency,
    Answers,
    Area,
    Holiday,
    Hospital,
    Post,
    Province,
    Team,
    Ward,
    Watched,
)
from shared.profile.profile import Profile
from shared.profile.rules import broken_rules

FORMAT = 1
"""Raised when a file written for an older reader would be misread; an added optional field does not raise it."""

_PARTS: Mapping[str, TypeAdapter[Any]] = {
    "province": TypeAdapter(Province),
    "wards": TypeAdapter(tuple[Ward, ...]),
    "agencies": TypeAdapter(tuple[Agency, ...]),
    "posts": TypeAdapter(tuple[Post, ...]),
    "areas": TypeAdapter(tuple[Area, ...]),
    "teams": TypeAdapter(tuple[Team, ...]),
    "hospitals": TypeAdapter(tuple[Hospital, ...]),
    "answers": TypeAdapter(Answers),
    "watchlist": TypeAdapter(tuple[Watched, ...]),
    "holidays": TypeAdapter(tuple[Holiday, ...]),
}


class ProfileInvalid(HaivanError):
    """A profile that no process should start with; `problems` are lines of `file:line:column: field: reason`."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def load_profile(path: Path) -> Profile:
    """Read and check a profile's folder.

    Raises:
        ProfileInvalid: with every problem found, each with file, line, column and field.
    """
    sources: dict[str, LocatedYaml] = {}
    parts: dict[str, Any] = {}
    problems: list[str] = []
    for name, adapter in _PARTS.items():
        try:
            sources[name] = read_located(path / f"{name}.yaml")
            parts[name] = adapter.validate_python(_content(sources[name], name))
        except ValidationError as error:
            problems += [_line(sources[name], (name, *e["loc"]), e["msg"]) for e in error.errors(include_url=False)]
        except _WrongShape as error:
            problems.append(_line(sources[name], error.where, error.reason))
        except UnreadableYaml as error:
            problems.append(str(error))
        except OSError as error:
            problems.append(f"{Spot(path / f'{name}.yaml', 1, 1)}: cannot be read: {error.strerror}")
    if problems:
        raise ProfileInvalid(problems)
    profile = Profile(**parts)
    broken = broken_rules(profile)
    if broken:
        raise ProfileInvalid(_line(sources[rule.file], rule.where, rule.reason) for rule in broken)
    return profile


class _WrongShape(Exception):
    def __init__(self, where: Where, reason: str) -> None:
        super().__init__(reason)
        self.where = where
        self.reason = reason


def _content(source: LocatedYaml, name: str) -> Any:
    value = source.value
    if not isinstance(value, dict) or set(value) != {"format", name}:
        raise _WrongShape((), f"must hold exactly `format` and `{name}`")
    if value["format"] != FORMAT:
        raise _WrongShape(("format",), f"is {value['format']!r}; this version reads format {FORMAT}")
    return value[name]


def _line(source: LocatedYaml, where: Where, reason: str) -> str:
    field = ".".join(str(step) for step in where)
    return f"{source.spot_of(where)}: {field}: {reason}" if field else f"{source.spot_of(where)}: {reason}"
