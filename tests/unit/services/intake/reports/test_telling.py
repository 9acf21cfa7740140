import pytest

from services.intake.reports.domain import Message, Report, ReportStatus
from services.intake.reports.progress import Step, What
from services.intake.reports.telling import Told, told
from shared.web.language import Language
from tests.unit.services.intake.builders import a_report, a_step, hue, intake_pages, minutes, tracked

CDC = "Trung tâm Kiểm soát bệnh tật thành phố Huế"


def telling(*steps: Step, language: Language = "vi", now: float = 10, report: Report | None = None) -> Told:
    def say(label: str) -> str:
        return intake_pages().translated(language, label)

    return told(tracked(*steps, report=report), hue(), language, say, minutes(now))


def states(story: Told) -> list[str]:
    return [station.state for station in story.stations]


def test_a_new_report_says_what_to_do_and_by_when() -> None:
    story = telling()
    assert (story.now, story.by) == ("Hãy ở yên tại chỗ.", minutes(60))
    assert states(story) == ["done", "current", "ahead", "ahead"]
    assert story.moments[0].title == "Trung tâm đã nhận phản ánh của bạn"


def test_agencies_go_by_their_names_in_the_language_of_the_page() -> None:
    story = telling(a_step(What.ASSIGNED), a_step(What.ACKNOWLEDGED, 2))
    assert story.moments[0].title == f"{CDC} đã nhận việc"
    assert story.stations[1].label == f"Chuyển đến {CDC}"
    assert "has taken it" in telling(a_step(What.ACKNOWLEDGED), language="en").moments[0].title


def test_an_agency_that_the_profile_no_longer_has_goes_by_its_id() -> None:
    assert telling(a_step(What.REPLIED, agency="ward-clinic")).moments[0].title == "ward-clinic trả lời"


def test_a_question_comes_before_everything_else() -> None:
    story = telling(a_step(What.ASKED, text="Có bệnh nền không?"))
    assert [question.text for question in story.questions] == ["Có bệnh nền không?"]
    assert story.now == f"{CDC} đang chờ bạn trả lời."
    assert story.by is None


def test_after_a_reply_the_agencys_own_time_counts() -> None:
    story = telling(a_step(What.ASSIGNED, 1, by=minutes(600)), a_step(What.REPLIED, 2, text="Chiều nay đến"), now=100)
    assert story.by == minutes(600)
    assert not story.is_late
    assert story.moments[0].text == "Chiều nay đến"


def test_a_promise_that_was_not_kept_is_owned_up_to() -> None:
    assert telling(a_step(What.ASSIGNED), now=61).is_late
    assert not telling(a_step(What.ASSIGNED), now=59).is_late


def test_a_closed_report_has_passed_every_station_and_calls_for_nothing() -> None:
    severe = a_report(severe=True)
    story = telling(a_step(What.ASSIGNED), a_step(What.RESOLVED, 3, closed=True), report=severe, now=600)
    assert states(story) == ["done"] * 4
    assert (story.is_over, story.is_late, story.call_emergency) == (True, False, False)


def test_a_withdrawn_report_stops_where_it_is() -> None:
    story = telling(report=a_report(status=ReportStatus.WITHDRAWN))
    assert states(story) == ["done", "stopped"]
    assert story.is_over


def test_danger_is_called_danger_while_it_lasts() -> None:
    assert telling(report=a_report(severe=True)).call_emergency


def test_the_newest_moment_comes_first_and_ones_own_words_stand_between() -> None:
    said = a_report(messages=(Message(text="Mẹ 70 tuổi", at=minutes(2)),))
    story = telling(a_step(What.ASSIGNED, 1), a_step(What.REPLIED, 3), report=said)
    assert [moment.at for moment in story.moments] == [minutes(3), minutes(2), minutes(1), minutes(0)]
    assert story.moments[1].text == "Mẹ 70 tuổi"


@pytest.mark.parametrize("what", What)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_step_can_be_told_in_both_languages(what: What, language: Language) -> None:
    story = telling(a_step(what), language=language)
    assert story.now
    assert all("%(" not in moment.title for moment in story.moments)
