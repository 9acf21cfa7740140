"""What must not change a reading: how a text is typed, and what is said around it."""

import time
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.routing.triage.domain import ReportKind, Urgency
from services.routing.triage.reading import read_text
from services.routing.triage.score import read_labelled
from tests.unit.routing.triage.conftest import AREAS, NOW, hue_rules

RULES = hue_rules()
LABELLED = Path(__file__).parent / "labelled.jsonl"
EMERGENCIES = [
    "Mẹ tôi khó thở quá, môi tím tái rồi",
    "Con tôi đang co giật, sùi bọt mép",
    "Ba tôi bất tỉnh, gọi không thưa",
    "Chồng em đau ngực dữ dội, vã mồ hôi, khó thở",
    "Em không muốn sống nữa, em muốn chết",
    "Vợ tôi bị chảy máu nhiều quá, không cầm được",
    "Ông ngoại là F0, SpO2 còn 85%, thở gấp",
    "Có người cầm dao chém cán bộ ở chốt",
    "Bà cụ bị đột quỵ, méo miệng, không nói được",
    "Có ba người đang trèo tường trốn khỏi khu cách ly",
]
ALONE = {
    "fever": ["sốt", "sốt cao", "nóng hầm hập"],
    "cough": ["ho", "ho khan", "ho nhiều"],
    "dyspnea": ["khó thở", "hụt hơi"],
    "headache": ["đau đầu", "nhức đầu"],
    "sore_throat": ["đau họng", "rát cổ"],
    "diarrhea": ["tiêu chảy"],
    "chest_pain": ["đau ngực", "tức ngực"],
}
DENIALS = ["tôi không {}", "em chưa {}", "không bị {}", "không hề {}", "ko {}", "chẳng có {}", "không thấy {}"]


def without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def double_letters(text: str, every: int) -> str:
    return "".join(c * 2 if c.isalpha() and i % every == 0 else c for i, c in enumerate(text))


CHANGES: list[Callable[[str], str]] = [
    without_marks,
    str.upper,
    str.title,
    lambda text: unicodedata.normalize("NFD", text),
    lambda text: unicodedata.normalize("NFC", text),
    lambda text: double_letters(text, 5),
    lambda text: double_letters(text, 7),
    lambda text: f"😭😭 {text} 🙏🆘",
    lambda text: text.replace(" ", " 😷 ", 1),
    lambda text: f"Dạ em chào anh chị ạ, {text}, em cảm ơn nhiều ạ",
    lambda text: f"{text}\nNguyễn Văn An, 12 Lê Lợi, Huế",
    lambda text: text.replace(", ", ",   "),
    lambda text: text + "!!!!",
]


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(EMERGENCIES), st.lists(st.sampled_from(CHANGES), max_size=3))
def test_how_it_is_typed_never_changes_an_emergency(text: str, changes: list[Callable[[str], str]]) -> None:
    for change in changes:
        text = change(text)
    assert read_text(text, None, AREAS, NOW, RULES).urgency is Urgency.EMERGENCY


WRAPPINGS: dict[str, Callable[[str], str]] = {
    "no marks, all capitals": lambda text: without_marks(text).upper(),
    "an emoji for each blank": lambda text: text.replace(" ", "😭"),
    "zero-width marks": "\u200b".join,
    "a sentence of thanks": lambda text: f"{text}. Xin cảm ơn quý cơ quan, chúc mọi người nhiều sức khỏe!",
    "a signature": lambda text: f"{text}\n-- \nTrân trọng, Trần Thị Hồng, tổ 5 phường Kim Long",
}


@pytest.mark.parametrize("wrapping", sorted(WRAPPINGS))
def test_every_emergency_to_tune_with_stays_one(wrapping: str) -> None:
    """All those that are read as one: by rule, or by what was learned."""
    texts = [row.text for row in read_labelled(LABELLED) if row.split == "tune" and row.is_emergency]
    plain = [text for text in texts if urgency_of(text) is Urgency.EMERGENCY]
    assert len(plain) > 300
    assert [text for text in plain if urgency_of(WRAPPINGS[wrapping](text)) is not Urgency.EMERGENCY] == []


def urgency_of(text: str) -> Urgency:
    return read_text(text, None, AREAS, NOW, RULES).urgency


@settings(max_examples=70, deadline=None)
@given(st.sampled_from(sorted(ALONE)), st.sampled_from(DENIALS), st.booleans(), st.data())
def test_denying_a_symptom_removes_it(symptom: str, denial: str, bare: bool, data: st.DataObject) -> None:
    text = denial.format(data.draw(st.sampled_from(ALONE[symptom])))
    reading = read_text(without_marks(text) if bare else text, None, AREAS, NOW, RULES)
    assert symptom not in reading.symptoms


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=300), st.sampled_from([None, *ReportKind]), st.datetimes(timezones=st.just(UTC)))
def test_any_text_has_an_owner(text: str, kind: str | None, now: datetime) -> None:
    moment = now.replace(year=max(2, min(now.year, 9998)))
    reading = read_text(text, kind, AREAS, moment, RULES)
    assert reading.agencies
    assert not set(reading.symptoms) & set(reading.negated_symptoms)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["không", "sốt", "ho", "khó thở", "nếu", ",", ".", "?", "hay", "F0", "38,5", "mẹ"])))
def test_any_order_of_telling_words_is_read(words: list[str]) -> None:
    assert read_text(" ".join(words), None, AREAS, NOW, RULES).agencies


@pytest.mark.parametrize(
    "unit", ["a", "a ", "khó thở ", "không ", "sốt, ho, ", "39,5 ", "😷", "từ Đà Nẵng về ", "1/2/", "sốt và ho hay "]
)
def test_no_text_of_50_kilobytes_takes_long(unit: str) -> None:
    text = unit * (50_000 // len(unit))
    assert min(seconds_of_cpu(text) for _ in range(5)) < 0.1


def seconds_of_cpu(text: str) -> float:
    """Of this thread alone; the best of several is what the reading takes, the rest is the machine's."""
    began = time.thread_time()
    read_text(text, None, AREAS, NOW, RULES)
    return time.thread_time() - began


def test_an_emergency_in_the_middle_of_a_very_long_text_is_found() -> None:
    filler = "Hôm nay trời đẹp, tôi ra vườn hái rau. " * 400
    reading = read_text(f"{filler} Mẹ tôi bất tỉnh, gọi không thưa. {filler}", None, AREAS, NOW, RULES)
    assert reading.urgency is Urgency.EMERGENCY
