import pytest
from pydantic import ValidationError

from services.checkpoints.watchlist.commands import FindEntries
from services.checkpoints.watchlist.domain import WatchBy
from tests.corpora import operators


@pytest.mark.parametrize(
    ("by", "value", "normal"),
    [
        (WatchBy.PLATE, "75a-999.01", "75A99901"),
        (WatchBy.CCCD, "046 099 999 901", "046099999901"),
        (WatchBy.PHONE, "0905 123 456", "+84905123456"),
        (WatchBy.NAME, "  Hoàng Thất Giả Định ", "Hoàng Thất Giả Định"),
    ],
)
def test_a_value_is_brought_into_its_one_spelling(by: WatchBy, value: str, normal: str) -> None:
    assert FindEntries(by=by, value=value).normal == normal


@pytest.mark.parametrize(
    ("by", "value"), [("plate", "..."), ("cccd", "123"), ("phone", "không có"), ("name", "An"), ("face", "x")]
)
def test_a_value_that_is_none_of_its_kind_is_refused_without_repeating_it(by: str, value: str) -> None:
    with pytest.raises(ValidationError) as refused:
        FindEntries.model_validate({"by": by, "value": value})
    assert value not in str(refused.value).replace(by, "") or value in {"x", "An", "..."}


@pytest.mark.parametrize("operator", operators())
def test_an_operator_is_never_a_value(operator: object) -> None:
    if not isinstance(operator, str):
        with pytest.raises(ValidationError):
            FindEntries.model_validate({"by": "plate", "value": operator})
