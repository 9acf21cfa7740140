import pytest

from deploy.cli.broker import _retention
from deploy.cli.topics import duration


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [
        (None, "for ever"),
        (2_592_000_000, "30 d"),
        (43_200_000, "12 h"),
        (90_000, "90 s"),
        (1_500, "1500 ms"),
        (0, "0 ms"),
    ],
)
def test_how_long_records_are_kept_is_said_in_whole_units(milliseconds: int | None, shown: str) -> None:
    assert duration(milliseconds) == shown


@pytest.mark.parametrize(
    ("config", "kept"),
    [
        ({"retention.ms": "1000", "cleanup.policy": "delete"}, 1000),
        ({"retention.ms": "-1", "cleanup.policy": "delete"}, None),
        ({"retention.ms": "1000", "cleanup.policy": "compact"}, None),
        ({"retention.ms": "1000", "cleanup.policy": "compact,delete"}, 1000),
    ],
)
def test_a_compacted_topic_keeps_its_last_values_for_ever(config: dict[str, str], kept: int | None) -> None:
    assert _retention(config) == kept
