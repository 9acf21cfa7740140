"""What agencies answer to their tasks: acknowledge, say how it goes, ask, reply, be done, or decline."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import Literal

from deploy.demo.actions import Action, ActionKind, AgencyAnswer, Step
from deploy.demo.chance import draw
from deploy.demo.scene import Scene

_DAY = timedelta(hours=24)
_WAYS: Mapping[tuple[Step, ...], int] = {
    ("acknowledge",): 22,
    ("acknowledge", "reply"): 26,
    ("acknowledge", "progress", "reply", "resolve"): 34,
    ("acknowledge", "ask", "reply", "resolve"): 10,
    ("decline",): 8,
}
_WORDS: Mapping[tuple[str, Step], tuple[str, ...]] = {
    ("cdc", "progress"): ("Đội lấy mẫu đang trên đường.", "Đã lấy mẫu, chờ kết quả.", "Đang rà soát người tiếp xúc."),
    ("cdc", "ask"): ("Xin cho biết ngày khởi phát triệu chứng.", "Nhà có bao nhiêu người cùng ở?"),
    ("cdc", "reply"): (
        "Kết quả âm tính, theo dõi thêm 7 ngày tại nhà.",
        "Hãy ở yên tại nhà, CDC lấy mẫu trong hôm nay.",
    ),
    ("hospital", "progress"): ("Xe cấp cứu đã xuất phát.", "Bác sĩ trực đã gọi và tư vấn qua điện thoại."),
    ("hospital", "ask"): ("Người bệnh đang dùng thuốc gì?", "Chỉ số SpO2 hiện tại là bao nhiêu?"),
    ("hospital", "reply"): (
        "Xe cấp cứu đến trong 12 phút, xin mở cổng.",
        "Đã xếp lịch khám sáng mai, mang theo sổ khám.",
    ),
    ("police", "progress"): ("Tổ tuần tra đang đến hiện trường.", "Đã lập biên bản nhắc nhở."),
    ("police", "ask"): ("Vụ việc còn đang diễn ra không?",),
    ("police", "reply"): ("Đã kiểm tra và xử lý, cảm ơn tin báo.", "Đã đưa người vi phạm trở lại nơi cách ly."),
    ("information-desk", "progress"): ("Đang xác minh với đơn vị liên quan.",),
    ("information-desk", "ask"): ("Xin gửi thêm ảnh chụp màn hình hoặc đường dẫn.",),
    ("information-desk", "reply"): (
        "Thông tin đó không đúng, xin đừng chia sẻ.",
        "Xem hướng dẫn trên trang của trung tâm.",
    ),
    ("education", "progress"): ("Đã chuyển cho nhà trường.",),
    ("education", "ask"): ("Xin cho biết tên trường và khối lớp.",),
    ("education", "reply"): ("Nhà trường sẽ gửi bài in đến nhà.", "Có lịch thi bù cho học sinh cách ly."),
}
_ANY: Mapping[Step, tuple[str, ...]] = {
    "acknowledge": ("Đã nhận.", "Đã tiếp nhận, đang xử lý."),
    "decline": ("Không thuộc thẩm quyền, đề nghị chuyển đơn vị khác.", "Trùng với việc đã giao."),
    "progress": ("Đang xử lý.",),
    "ask": ("Xin cho biết thêm chi tiết.",),
    "reply": ("Đã xử lý, cảm ơn tin báo.",),
    "resolve": ("Hoàn thành.", "Đã xong."),
}
_ON_KAFKA = frozenset({"cdc"})
"""The CDC has software of its own; the others use their inbox page."""


def plan_agency_answers(scene: Scene, count: int, reports: Sequence[Action]) -> list[Action]:
    """At most `count` answers to reports that are certain to reach an agency; one task's steps keep their order."""
    rng = scene.source("agencies")
    tasks = [(report, agency) for report in reports for agency in sorted(report.expect.agencies)]
    rng.shuffle(tasks)
    answers: list[Action] = []
    for report, agency in tasks:
        answers += _work(scene, rng, report, agency, len(answers))
        if len(answers) >= count:
            break
    return answers[:count]


def _work(scene: Scene, rng: Random, report: Action, agency: str, number: int) -> list[Action]:
    steps = draw(rng, _WAYS)
    through: Literal["kafka", "page"] = "kafka" if agency in _ON_KAFKA else "page"
    at = report.at
    made: list[Action] = []
    for step in steps:
        at += timedelta(seconds=rng.randrange(40, 2400))
        if at > _DAY:
            break
        words = rng.choice(_WORDS.get((agency, step), _ANY[step]))
        answer = AgencyAnswer(report=report.key, agency=agency, step=step, words=words, through=through)
        key = scene.key("answer", number + len(made))
        made.append(Action(key=key, at=at, kind=ActionKind.AGENCY_ANSWER, payload=answer))
    return made
