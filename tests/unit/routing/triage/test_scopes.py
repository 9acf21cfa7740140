import pytest

from services.routing.triage.domain import Urgency
from tests.unit.routing.triage.conftest import Read


def symptoms(read: Read, text: str) -> set[str]:
    return {str(symptom) for symptom in read(text).symptoms}


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("Tôi không ho", {"cough"}),
        ("em chưa thấy sốt hay ho gì", {"fever", "cough"}),
        ("Không có triệu chứng sốt, ho, khó thở", {"fever", "cough", "dyspnea"}),
        ("khong sot khong ho", {"fever", "cough"}),
        ("ko sốt ko ho", {"fever", "cough"}),
        ("no fever, no cough", {"fever", "cough"}),
        ("sốt thì không", {"fever"}),
        ("Bọn tui có sốt mô", set()),
        ("- Có khó thở không? - Dạ không", {"dyspnea"}),
        ("cháu hết sốt rồi", {"fever"}),
        ("Không có: sốt, ho, khó thở", {"fever", "cough", "dyspnea"}),
        ("Không có biểu hiện gì (ho, sốt, khó thở)", {"fever", "cough", "dyspnea"}),
        ("Sốt (-), ho (-)", {"fever", "cough"}),
        ("fever: no, cough: no", {"fever", "cough"}),
        ("Sốt? Không. Ho? Không.", {"fever", "cough"}),
        ("Bệnh nhân phủ nhận sốt, ho, đau họng", {"fever", "cough", "sore_throat"}),
        ("I don't have a cough or a sore throat", {"cough", "sore_throat"}),
        ("sốt ho gì đâu", {"fever", "cough"}),
        ("không phải đau đầu", {"headache"}),
        ("bé không kêu đau họng", {"sore_throat"}),
        ("chưa nghe mệ kêu khó thở", {"dyspnea"}),
        ("tức ngực mà giờ hết rồi", {"chest_pain"}),
        ("đau bụng, nghỉ một lát thì hết", {"abdominal_pain"}),
        ("đau họng nhưng nay không còn", {"sore_throat"}),
        ("không sốt, ho.", {"fever", "cough"}),
        ("thở bình thường, mùi vị vẫn còn", {"dyspnea", "anosmia"}),
        ("nhiệt độ 36,7", {"fever"}),
        ("nỏ khi mô sốt", {"fever"}),
        ("chưa hôm nào sốt, cũng chưa ho", {"fever", "cough"}),
        ("nguoi khoe, chua thay kho tho", {"dyspnea"}),
        ("Sốt, ho, khó thở: tất cả đều không", {"fever", "cough", "dyspnea"}),
        ("Ho, sốt, mất mùi: cả ba thứ tôi đều không có", {"cough", "fever", "anosmia"}),
        ("(-) sốt (-) ho (-) tiêu chảy", {"fever", "cough", "diarrhea"}),
        ("ho sốt gì thì chưa có ạ", {"cough", "fever"}),
        ("Ho? Không. Sốt? Cũng không.", {"cough", "fever"}),
        ("răng mà sốt được", {"fever"}),
        ("tui có sốt có ho mô", {"fever", "cough"}),
        ("bé không có giật", {"convulsion"}),
        ("Mấy đứa nhỏ không đứa mô sốt", {"fever"}),
        ("em k ho j, chỉ lo", {"cough"}),
        ("đo 36.6", {"fever"}),
        ("Sốt/ho/khó thở: không", {"fever", "cough", "dyspnea"}),
        ("các triệu chứng sốt, ho, khó thở đều không có", {"fever", "cough", "dyspnea"}),
        ("sốt, ho, khó thở tui đều không bị", {"fever", "cough", "dyspnea"}),
        ("ho và sốt đã hết", {"fever", "cough"}),
        ("1. Sốt: không 2. Ho: không 3. Khó thở: không", {"fever", "cough", "dyspnea"}),
        ("Hỏi: có sốt? Đáp: không", {"fever"}),
        ("Dạ hỏi cháu có sốt không thì dạ không", {"fever"}),
        ("Bác sĩ hỏi có khó thở không, em nói không", {"dyspnea"}),
        ("Dạ... sốt thì... dạ không... ho thì cũng... không luôn", {"fever", "cough"}),
        ("Không một ai trong phòng trọ bị sốt hoặc ho", {"fever", "cough"}),
        ("lớp 3A chưa em nào sốt, ho", {"fever", "cough"}),
        ("không ghi nhận trường hợp nào sốt, ho", {"fever", "cough"}),
        ("No one in our family is coughing or running a fever", {"fever", "cough"}),
        ("cả đoàn không ai bị sốt, bị ho hay bị đau họng", {"fever", "cough", "sore_throat"}),
        ("chưa ai có triệu chứng sốt, ho, đau họng cả", {"fever", "cough", "sore_throat"}),
        ("chưa xuất hiện triệu chứng nào: ho, sốt, khó thở", {"fever", "cough", "dyspnea"}),
        ("không bị ho, sốt hoặc các triệu chứng khác", {"fever", "cough"}),
        ("không có sốt, ho, viêm phổi, đau họng, mệt mỏi", {"fever", "cough", "sore_throat", "fatigue"}),
        ("Patient denies fever, chills, cough, shortness of breath", {"fever", "chills", "cough", "dyspnea"}),
        ("any of the following: no fever, no bleeding", {"fever", "bleeding"}),
        ("bé sốt ba ngày, tới hôm nay mới dứt sốt", {"fever"}),
        ("hôm qua bé sốt 39, sáng nay cắt sốt rồi", {"fever"}),
        ("Coughing has stopped", {"cough"}),
        ("bụng không đau, cổ cũng hết rát", {"abdominal_pain", "sore_throat"}),
    ],
)
def test_denied_symptoms_are_not_asserted(read: Read, text: str, denied: set[str]) -> None:
    reading = read(text)
    assert not reading.symptoms
    assert denied <= set(reading.negated_symptoms)


@pytest.mark.parametrize(
    ("text", "asserted"),
    [
        ("không sốt, ho nhiều", {"cough"}),
        ("không những sốt mà còn ho", {"fever", "cough"}),
        ("sốt không hạ", {"fever"}),
        ("ho mãi không dứt", {"cough"}),
        ("chưa hết sốt", {"fever"}),
        ("không biết sao mà khó thở quá", {"dyspnea"}),
        ("không sốt nhưng khó thở", {"dyspnea"}),
        ("- Có ho không? - Dạ có", {"cough"}),
        ("không ngửi được mùi gì", {"anosmia"}),
        ("no fever but I have a cough", {"cough"}),
        ("Mẹ tôi không sốt, khó thở", {"dyspnea"}),
        ("đau bụng thì không mà đi lỏng năm lần", {"diarrhea"}),
        ("ói ra hết, không buồn nôn", {"vomiting"}),
        ("Sốt (không), ho (có)", {"cough"}),
        ("giờ thì hết đau họng nhưng tiêu chảy", {"diarrhea"}),
        ("không sốt, không ho, thở rút lõm ngực", {"dyspnea"}),
        ("không ho, co giật sùi bọt mép", {"convulsion"}),
        ("không sốt, ho, ngất", {"loss_of_consciousness"}),
        ("mẹ khó thở, bình xịt hết rồi", {"dyspnea"}),
        ("Khó thở thì chưa nhưng bắt đầu ho", {"cough"}),
        ("sốt không có thuốc", {"fever"}),
        ("không ai đo giúp, con tôi sốt", {"fever"}),
        ("no one answers, my father has a fever", {"fever"}),
        ("ho, khó thở không có ai giúp", {"cough", "dyspnea"}),
    ],
)
def test_a_negator_reaches_only_what_it_denies(read: Read, text: str, asserted: set[str]) -> None:
    assert symptoms(read, text) == asserted


@pytest.mark.parametrize(
    "text",
    [
        "Nếu bị khó thở thì gọi số nào",
        "Cho hỏi sốt cao, phát ban là sốt xuất huyết đúng không ạ",
        "Cho em danh sách triệu chứng cần báo, như co giật, tím môi",
        "Khách sạn dán bảng: người ho, sốt, đau họng không được vào",
        "Trường yêu cầu em nào ho, sổ mũi phải nghỉ học",
        "Heo nhà bác tôi sốt cao, tai tím hết",
        "Hồi 2003 tôi từng ho ra máu vì lao, chữa khỏi rồi",
        "Giá xăng mà lên nữa chắc cả nhà tôi phát sốt mất thôi",
        "Giấy thuốc ghi tác dụng phụ: nhức đầu, chóng mặt",
        "Phim tối qua có cảnh ông bác sĩ ho rồi ngất",
        "Nhà thuốc hết thuốc ho rồi",
        "troi oi em oi mau len",
        "Khi có triệu chứng sốt thì phải làm sao",
        "Triệu chứng của covid là sốt, ho đúng không",
        "Năm ngoái tôi bị sốt",
        "Tháng trước em ho, giờ khỏi rồi",
        "Con chó nhà em bị ho",
        "Đàn gà nhà tôi sốt rồi chết",
        "Sốt đất ở Hương Thủy",
        "Thợ hồ hát hò suốt ngày",
        "Mua thuốc ho ở đâu",
        "Nhớ crush quá nên khó thở haha",
        "ho noi la mai ho ve, ho khau o dau",
        "What should I do if I have a fever?",
        "em chào mọi người, nhờ bác sĩ tư vấn",
    ],
)
def test_what_nobody_suffers_now_is_no_symptom(read: Read, text: str) -> None:
    assert symptoms(read, text) == set()


@pytest.mark.parametrize(
    ("text", "asserted"),
    [
        ("sot cao, ho khan, kho tho", {"fever", "cough", "dyspnea"}),
        ("SỐT CAO", {"fever"}),
        ("khóthở", {"dyspnea"}),
        ("Cưu với, ba tôi khôgn thở đưojc", {"dyspnea"}),
        ("bị soots và dau hongj", {"fever", "sore_throat"}),
        ("nhứt đầu, mình mẩy ê ẩm", {"headache", "myalgia"}),
        ("nhức trốc, rát cổ", {"headache", "sore_throat"}),
        ("đo được 38 độ 5", {"fever"}),
        ("spo2 còn 91", {"low_spo2"}),
        ("spo2 98", set()),
        ("ho ra máu", {"cough", "bleeding"}),
        ("sốt rét run", {"fever", "chills"}),
        ("I can't smell anything and have body aches", {"anosmia", "myalgia"}),
    ],
)
def test_symptoms_are_found_however_they_are_written(read: Read, text: str, asserted: set[str]) -> None:
    assert symptoms(read, text) == asserted


def test_of_a_list_what_then_denies_is_the_last_alone(read: Read) -> None:
    assert symptoms(read, "Em sốt với đau họng, khó thở thì không") == {"fever", "sore_throat"}


def test_a_father_is_no_denial(read: Read) -> None:
    assert "cyanosis" in symptoms(read, "môi cha tím")


@pytest.mark.parametrize(
    "text",
    [
        "Em đi bằng xe máy về hôm kia, giờ ho và đau mình",
        "Mẹ không nói chuyện điện thoại nổi, cứ thở dốc, ho",
    ],
)
def test_a_thing_that_is_only_used_leaves_its_user_ill(read: Read, text: str) -> None:
    assert symptoms(read, text)


@pytest.mark.parametrize(
    "text",
    [
        "Bệnh viện có thiếu oxy đến mức người bệnh chết ngạt như mạng đồn không",
        "Xem video thấy một người ngã ra đường co giật, có phải ở Huế thật không",
        "Trường dán tờ giấy nói khẩu trang làm trẻ thiếu oxy, nhiều cô giáo tin",
        "Tháng trước mẹ tôi hôn mê, nay khỏe rồi, biết ơn tài xế cấp cứu và các bác sĩ",
        "hít hơi dài thì thấy đỡ",
    ],
)
def test_what_is_told_of_is_not_suffered(read: Read, text: str) -> None:
    reading = read(text)
    assert not reading.symptoms
    assert reading.urgency.rank < 2


def test_marks_in_front_belong_to_what_follows_them(read: Read) -> None:
    front, behind = read("(-) ho; (-) khó thở; (+) đau cơ"), read("sốt (-), ho (-), đau họng (+)")
    assert (set(front.symptoms), set(front.negated_symptoms)) == ({"myalgia"}, {"cough", "dyspnea"})
    assert (set(behind.symptoms), set(behind.negated_symptoms)) == ({"sore_throat"}, {"fever", "cough"})


def test_asking_a_favour_without_marks_is_no_longing(read: Read) -> None:
    assert read("ME TUI NAM XUONG LA THO KHONG RA HOI, NHO ANH CHI DI NHANH GIUP").urgency is Urgency.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Thị Hoa sinh năm 1998 ở Vỹ Dạ, đang khó thở, tím môi",
        "Tài xế xe khách đau ngực khó thở",
        "Covid (-) ho ra máu",
        "PCR (-) khó thở nhiều",
        "Cho tôi yêu cầu ai đến cứu với mẹ tôi khó thở tím tái",
        "Bé phải sốt đủ ba ngày, nay khó thở tím tái",
        "Chọn hết các ô rồi mà không gửi được, con tôi co giật",
        "Bảng ghi ai cần thì gọi số này, mẹ tôi khó thở tím tái",
        "Bà cụ ngất vì đói mấy ngày không có gì ăn",
        "Mẹ tôi bị từ hồi đầu tháng, khó thở",
        "Co giật chi không dừng",
    ],
)
def test_words_that_elsewhere_silence_a_symptom_silence_no_emergency(read: Read, text: str) -> None:
    assert read(text).urgency is Urgency.EMERGENCY
