import pytest

from services.intake.calls.wording import spelled
from shared.codes import ALPHABET
from shared.web.language import LANGUAGES, Language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sign_of_a_code_has_a_word_and_no_two_share_one(language: Language) -> None:
    words = [word for sign in ALPHABET for _, word in spelled(sign, language)[0]]
    assert all(words)
    assert len(set(words)) == len(ALPHABET)


def test_a_code_is_spelled_in_the_groups_it_is_shown_in() -> None:
    groups = spelled("68ZAT1H4VW35MZ", "vi")
    assert ["".join(sign for sign, _ in group) for group in groups] == ["68ZA", "T1H4", "VW35", "MZ"]
    assert groups[0][3] == ("A", "An")
