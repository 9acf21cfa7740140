import pytest

from services.routing.triage.phrases import PhraseError, PhraseIndex, patterns_of, variants
from services.routing.triage.writing import split_words


def found(phrase: str, text: str) -> bool:
    index = PhraseIndex(patterns_of("sign", phrase, 2, {}))
    return any(True for _ in index.find(split_words(text)))


def test_a_choice_stands_for_each_of_its_words() -> None:
    assert variants("đau {đầu|bụng}") == ["đau đầu", "đau bụng"]


def test_a_word_in_square_brackets_may_be_missing() -> None:
    assert variants("ho [ra] máu") == ["ho máu", "ho ra máu"]


def test_a_gap_lets_up_to_five_words_stand_between() -> None:
    assert found("về … từ", "về quê hôm qua từ huế")
    assert not found("về … từ", "về quê một hai ba bốn năm từ huế")


def test_what_stands_in_a_gap_is_not_told_since_it_may_be_a_name() -> None:
    words = split_words("anh trần văn hùng đừng tiêm")
    (hit,) = PhraseIndex(patterns_of("sign", "anh … đừng", 2, {})).find(words)
    assert hit.said(words) == "anh … đừng"


def test_a_gap_does_not_reach_over_a_stop() -> None:
    assert not found("về … từ", "về rồi. từ huế")


@pytest.mark.parametrize("phrase", ["đau {đầu|bụng", "… từ", "về …", "{{a|b}|c}"])
def test_a_phrase_that_cannot_be_read_says_so(phrase: str) -> None:
    with pytest.raises(PhraseError):
        list(patterns_of("sign", phrase, 2, {}))


def test_a_phrase_that_stands_for_too_much_says_so() -> None:
    with pytest.raises(PhraseError, match="write it as several"):
        variants("{a|b|c|d|e|f|g|h}" * 5)
