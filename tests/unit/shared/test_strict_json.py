import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Malformed, TooLarge
from shared.strict_json import MAX_BYTES, read_json
from tests.corpora import JsonBody, json_bodies

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=5),
    max_leaves=20,
)


@pytest.mark.parametrize("case", json_bodies(), ids=lambda case: case.name)
def test_each_body_of_the_corpus_is_taken_or_refused_as_the_corpus_says(case: JsonBody) -> None:
    if case.accepted:
        read_json(case.body)
    else:
        with pytest.raises((Malformed, TooLarge)):
            read_json(case.body)


@given(values)
def test_whatever_a_writer_writes_is_read_back_equal(value: object) -> None:
    assert read_json(json.dumps(value).encode()) == value
    assert read_json(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary())
def test_any_bytes_are_a_value_or_a_refusal(body: bytes) -> None:
    try:
        read_json(body)
    except Malformed as refusal:
        text = refusal.text
    else:
        return
    assert text.vi
    assert text.en


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b'{"a": 1,\n "b": NaN}', "line 2, column 7"),
        (b'{"a": 1,\n "a": 2}', "line 2, column 2"),
        (b'{"a": [1, 9223372036854775808]}', "line 1, column 11"),
        (b'["x",\n\n "\\u0000"]', "line 3, column 2"),
        (b"[" * 33 + b"]" * 33, "line 1, column 33"),
        (b"[1,\n2,]", "line 2, column 3"),
    ],
)
def test_a_refusal_says_in_which_line_and_column(body: bytes, where: str) -> None:
    with pytest.raises(Malformed) as refused:
        read_json(body)
    assert where in refused.value.text.en
    assert where.replace("line", "dòng").replace("column", "cột") in refused.value.text.vi


def test_a_refusal_repeats_nothing_of_the_body() -> None:
    with pytest.raises(Malformed) as refused:
        read_json(b'{"0905123456": 1, "0905123456": 2}')
    assert "0905" not in refused.value.text.vi + refused.value.text.en


def test_a_body_over_the_limit_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(TooLarge):
        read_json(b"[" * (MAX_BYTES + 1))
    with pytest.raises(TooLarge):
        read_json(b"[1,2,3]", limit=6)


def test_ten_kilobytes_of_vietnamese_take_about_a_millisecond() -> None:
    people = [{"name": "Nguyễn Thị Bưởi", "age": age, "where": [16.4, 107.5]} for age in range(150)]
    body = json.dumps(people, ensure_ascii=False).encode()
    assert len(body) > 10_000

    def seconds() -> float:
        began = time.perf_counter()
        read_json(body)
        return time.perf_counter() - began

    assert min(seconds() for _ in range(20)) < 0.05  # a very noisy machine; a quiet one needs 0.5 ms
