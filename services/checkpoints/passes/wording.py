"""Verdicts and reasons in words: short, and such that an officer can say them aloud to a driver."""

from collections.abc import Mapping

from services.checkpoints.passes.judging import Reason
from shared.errors import Text
from shared.events.checkpoints import Verdict

TITLES: Mapping[Verdict, Text] = {
    Verdict.ALLOW: Text("CHO QUA", "LET THROUGH"),
    Verdict.SCREEN: Text("KIỂM TRA THÊM", "CHECK FURTHER"),
    Verdict.TEST: Text("XÉT NGHIỆM", "TEST"),
    Verdict.ISOLATE: Text("CÁCH LY", "ISOLATE"),
    Verdict.HOSPITAL_PICKUP: Text("GỌI XE CẤP CỨU", "CALL AN AMBULANCE"),
    Verdict.REFUSE: Text("KHÔNG CHO QUA", "TURN BACK"),
}

TONES: Mapping[Verdict, str] = {
    Verdict.ALLOW: "good",
    Verdict.SCREEN: "warning",
    Verdict.TEST: "warning",
    Verdict.ISOLATE: "danger",
    Verdict.HOSPITAL_PICKUP: "danger",
    Verdict.REFUSE: "danger",
}

REASONS: Mapping[Reason, Text] = {
    Reason.HIGH_FEVER: Text(
        "Có người sốt cao. Mời ngồi chờ riêng, xe cấp cứu đang đến.",
        "Somebody has a high fever. Please wait apart; an ambulance is coming.",
    ),
    Reason.WATCHLIST: Text(
        "Xe hoặc người này cần làm việc với công an và CDC. Mời dừng lại chờ.",
        "Police and CDC need to speak with this vehicle or person. Please stop and wait.",
    ),
    Reason.AREA_ISOLATE: Text(
        "Có người về từ vùng dịch: phải cách ly tập trung.",
        "Somebody comes from an epidemic area: isolation is required.",
    ),
    Reason.PERMIT_UNKNOWN: Text("Không có giấy đi đường nào mang mã này.", "There is no permit with this code."),
    Reason.PERMIT_REVOKED: Text("Giấy đi đường đã bị thu hồi.", "The permit has been revoked."),
    Reason.PERMIT_EXPIRED: Text("Giấy đi đường đã hết hạn.", "The permit has expired."),
    Reason.PERMIT_NOT_YET: Text("Giấy đi đường chưa đến ngày có hiệu lực.", "The permit is not valid yet."),
    Reason.PERMIT_OTHER_VEHICLE: Text(
        "Giấy đi đường cấp cho xe khác, không phải xe này.", "The permit was issued for another vehicle."
    ),
    Reason.PERMIT_OTHER_POST: Text(
        "Giấy đi đường không có hiệu lực ở chốt này.", "The permit is not valid at this post."
    ),
    Reason.FEVER: Text("Có người sốt: mời xét nghiệm.", "Somebody has a fever: a test, please."),
    Reason.AREA_TEST: Text(
        "Có người về từ vùng dịch: phải xét nghiệm.", "Somebody comes from an epidemic area: a test is required."
    ),
    Reason.WATCHLIST_NAME: Text(
        "Trùng tên với người cần gặp. Xin cho xem giấy tờ tùy thân.",
        "The name is like that of somebody we look for. Identity papers, please.",
    ),
    Reason.AREA_SCREEN: Text(
        "Có người về từ vùng đang theo dõi: khai báo y tế và đo thân nhiệt.",
        "Somebody comes from an area under watch: health declaration and temperature, please.",
    ),
    Reason.PERMIT_MISTYPED: Text(
        "Mã giấy đi đường không đúng. Xin cho xem giấy.", "The permit's code is wrong. Please show the permit."
    ),
    Reason.NO_PERMIT: Text(
        "Chưa có giấy đi đường: hỏi lý do, khai báo y tế.", "No permit: ask for the reason, health declaration."
    ),
    Reason.PERMIT_VALID: Text("Giấy đi đường còn hiệu lực.", "The permit is valid."),
    Reason.NO_PERMIT_NEEDED: Text("Không cần giấy đi đường.", "No permit is needed."),
}
