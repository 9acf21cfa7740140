"""Values of a YAML file are found again with line and column."""

from pathlib import Path

import pytest

from shared.located_yaml import UnreadableYaml, read_located


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "posts.yaml"
    file.write_text(text, "utf-8")
    return file


def test_a_nested_value_has_its_line_and_column(tmp_path: Path) -> None:
    located = read_located(written(tmp_path, "posts:\n  - id: a\n  - {id: b, lanes: 2}\n"))
    spot = located.spot_of(("posts", 1, "lanes"))
    assert (spot.line, spot.column) == (3, 20)


def test_a_missing_value_is_shown_at_what_should_hold_it(tmp_path: Path) -> None:
    located = read_located(written(tmp_path, "posts:\n  - id: a\n  - id: b\n"))
    assert located.spot_of(("posts", 1, "name", "vi")).line == 3
    assert located.spot_of(("posts", 7)).line == 2


def test_an_empty_file_starts_at_its_top(tmp_path: Path) -> None:
    located = read_located(written(tmp_path, ""))
    assert located.value is None
    assert str(located.spot_of(("posts",))).endswith("posts.yaml:1:1")


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: 1\na: 2\n", 2), ("a: [1\nb: 2\n", 2), ("a: 2026-13-40\n", 1), ("a: \x01\n", 1)],
)
def test_what_is_not_yaml_is_refused_with_its_place(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(UnreadableYaml) as caught:
        read_located(written(tmp_path, text))
    assert caught.value.spot.line == line
