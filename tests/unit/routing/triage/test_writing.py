import unicodedata

from services.routing.triage.writing import agree, form_of, split_words


def test_marks_capitals_and_doubled_letters_do_not_change_a_key() -> None:
    assert {form_of(word).key for word in ("sốt", "sot", "sôt", "sốtttt", "ssốt")} == {"sot"}


def test_the_decomposed_form_reads_like_the_composed_one() -> None:
    text = "Khó thở"
    assert split_words(unicodedata.normalize("NFD", text)).forms == split_words(text).forms


def test_digits_are_never_taken_for_doubled_letters() -> None:
    assert split_words("spo2 88").keys == ["spo2", "88"]


def test_marks_that_say_another_word_are_not_forgiven() -> None:
    assert not agree(form_of("họ"), form_of("ho"), alone=True)
    assert not agree(form_of("sót"), form_of("sốt"), alone=True)


def test_marks_that_were_left_out_are_forgiven() -> None:
    assert agree(form_of("sot"), form_of("sốt"), alone=True)
    assert agree(form_of("sôt"), form_of("sốt"), alone=True)


def test_a_mark_may_be_left_out_of_one_letter_only() -> None:
    assert agree(form_of("đàu"), form_of("đầu"), alone=False)
    assert not agree(form_of("đau"), form_of("đầu"), alone=False)
    assert not agree(form_of("đâu"), form_of("đầu"), alone=True)


def test_an_abbreviation_does_not_end_a_sentence() -> None:
    assert split_words("ở TP.HCM về").keys == ["o", "tp", "hcm", "ve"]


def test_zero_width_and_full_width_letters_are_read() -> None:
    assert split_words("s\u200bố\u200bt ｈｏ").keys == ["sot", "ho"]
