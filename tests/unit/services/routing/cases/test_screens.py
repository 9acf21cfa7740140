"""How queues and cases read: sound pages in both languages, and pieces that fit into pages that are open."""

import re
from dataclasses import replace
from typing import Any

import pytest

from services.routing.cases.case_screen import live_context, page_context
from services.routing.cases.domain import Case, Entry, TaskStatus
from services.routing.cases.filters import ID_FORM, board_wish, inbox_wish
from services.routing.cases.lines import line_of
from services.routing.cases.paging import Order
from services.routing.cases.screens import Counts, Queues, Screen
from services.routing.cases.work import Step, decide_work
from shared.errors import Conflict, Text
from shared.events.cases import Urgency
from shared.http import FormValues, encode_cursor
from shared.identity.masking import mask_text
from shared.security import Person
from tests.unit.services.routing.builders import AGENCIES, NOON, a_case, a_step, a_task, after, hue, rules
from tests.unit.services.routing.rendering import pages
from tests.unit.shared.web.builders import a_person, a_request
from tests.unit.shared.web.markup_faults import faults_of

OFFICER = a_person(account="cdc-1", roles=frozenset({"officer"}), agency="cdc")
DISPATCHER = a_person(account="dieu-phoi", roles=frozenset({"dispatcher"}), agency=None)
CALL_TAKER = a_person(account="tong-dai", roles=frozenset({"call_taker"}), agency=None)
COUNTS = Counts(at=NOON, overdue=2, emergency=1, waiting=3, working=4, contradiction=1, declined=1, open=9)
XSS = "<script>alert(1)</script> \"'><img src=x onerror=alert(1)>"


def queues() -> Queues:
    return Queues(None, pages(), hue(), lambda: NOON)  # type: ignore[arg-type] # nothing is loaded here


def some_cases() -> list[Case]:
    late = a_case("cdc", "hospital", id="late", urgency=Urgency.EMERGENCY, from_epidemic_area=True, ward="thuan-hoa")
    at_work = a_case(tasks=(a_task(status=TaskStatus.ACKNOWLEDGED, acknowledged_at=NOON, asked=True),), id="at-work")
    flag = a_case(id="flag", words="", symptoms=(), report_id=None, contradiction=True, round=2, test=True)
    over = a_case(id="over", tasks=(a_task(status=TaskStatus.RESOLVED, ended_at=NOON),), ward="unknown-ward")
    return [late, at_work, flag, over]


def queue_html(screen: Screen, cases: list[Case], person: Person, query: str = "", **asked: str) -> str:
    made = queues()
    agency = "cdc" if screen is Screen.INBOX else None
    wards = made.names["wards"]
    wish = inbox_wish(asked, "cdc", wards) if screen is Screen.INBOX else board_wish(asked, wards, AGENCIES)
    context: dict[str, Any] = {
        "lines": [line_of(case, agency, after(minutes=90)) for case in cases],
        "counts": COUNTS,
        "wish": wish,
        "order": wish.order,
        "next_query": wish.query_with(cursor="x"),
        "id_form": ID_FORM,
        "shows": [],
        "urgencies": [],
        "category_options": [],
        "ward_options": [],
        "agency_options": [],
        "case_statuses": [],
        "attentions": [],
        **made.names,
        "now": after(minutes=90),
    }
    return bytes(made.pages.render(a_request("/inbox", query), screen.value, person=person, **context).body).decode()


def case_html(case: Case, person: Person, **context: Any) -> str:
    given: dict[str, Any] = {
        "errors": {},
        "trouble": None,
        "fresh": (),
        "working_on": "",
        "form": FormValues({}),
    }
    everything = {**queues().names, **page_context(case, person, after(minutes=1)), **given, **context}
    return bytes(pages().render(a_request("/cases/1"), "case.html", person=person, **everything).body).decode()


@pytest.mark.parametrize(("screen", "person"), [(Screen.INBOX, OFFICER), (Screen.BOARD, DISPATCHER)])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_queue_is_a_sound_page(screen: Screen, person: Person, language: str) -> None:
    assert faults_of(queue_html(screen, some_cases(), person, f"lang={language}")) == []
    assert faults_of(queue_html(screen, [], person, f"lang={language}")) == []


def test_an_overdue_task_says_so_in_words_and_carries_its_button() -> None:
    html = queue_html(Screen.INBOX, some_cases(), OFFICER)
    late = re.search(r'<tr id="line-late".*?</tr>', html, re.DOTALL)
    assert late is not None
    assert "Quá hạn 1 giờ" in late[0]
    assert "is-late" in late[0]
    assert f'name="task" value="{a_task(urgency=Urgency.EMERGENCY).id}"' in late[0]
    assert 'class="severe">khó thở' in late[0]


def test_the_most_urgent_stand_first_and_new_rows_go_to_their_own_level() -> None:
    html = queue_html(Screen.INBOX, some_cases(), OFFICER)
    assert html.index('id="queue-emergency"') < html.index('id="line-late"') < html.index('id="queue-high"')
    assert 'data-into="queue-emergency"' in html


def test_the_newest_stand_in_one_list_where_new_rows_come_first() -> None:
    html = queue_html(Screen.INBOX, some_cases(), OFFICER, order="newest")
    assert faults_of(html) == []
    assert re.findall(r'<tbody id="([^"]+)"', html) == ["queue-newest"]
    assert 'data-into="queue-newest"' in html
    assert 'data-live="/inbox/stream?order=newest"' in html
    assert 'href="/inbox?order=newest&amp;cursor=x"' in html


def test_the_form_keeps_an_order_that_was_chosen_and_no_other() -> None:
    hidden = 'type="hidden" name="order"'
    assert hidden not in queue_html(Screen.INBOX, [], OFFICER, show="ended")
    assert f'{hidden} value="newest"' in queue_html(Screen.INBOX, [], OFFICER, order="newest")


def test_a_later_page_leads_on_and_back_and_a_press_on_it_comes_back_to_it() -> None:
    cursor = encode_cursor("high", "assigned", NOON.isoformat(), "c-1")
    html = queue_html(Screen.INBOX, some_cases(), OFFICER, ward="vy-da", cursor=cursor)
    assert faults_of(html) == []
    assert "data-live" not in html
    assert 'rel="prev" href="/inbox?ward=vy-da"' in html
    assert f'name="back" value="/inbox?ward=vy-da&amp;cursor={cursor}"' in html


def test_a_task_at_work_has_no_button_to_acknowledge() -> None:
    row = pages().fragment(
        "vi",
        "inbox.html",
        "row",
        line=line_of(some_cases()[1], "cdc", NOON),
        matching=(),
        order=Order.URGENT,
        **queues().names,
    )
    assert "data-acknowledge" not in row
    assert "data-into" not in row
    assert row.lstrip().startswith('<tr id="line-at-work"')
    assert "chờ người báo trả lời" in row


def test_live_pieces_carry_no_form_token_of_anybody() -> None:
    case = a_case("cdc")
    names = {**queues().names, **page_context(case, OFFICER, NOON), "may_work": True}
    for piece in ("todo", "story", "others"):
        html = pages().fragment("vi", "case.html", piece, **{**names, **live_context(case, "cdc", NOON)})
        assert "csrf_token" not in html
        assert html.count(f'id="{piece}"') == 1


@pytest.mark.parametrize("person", [OFFICER, DISPATCHER, CALL_TAKER])
@pytest.mark.parametrize("case", [*some_cases(), a_case("cdc", "police"), a_case(stars=4, closed_at=NOON)])
def test_a_case_is_a_sound_page_for_everybody_who_may_see_it(case: Case, person: Person) -> None:
    assert faults_of(case_html(case, person)) == []


def test_a_call_taker_reads_a_case_and_presses_nothing() -> None:
    html = case_html(a_case("cdc"), CALL_TAKER)
    assert 'name="step"' not in html
    assert 'name="task"' not in html


def test_the_trail_of_why_is_there_with_its_words_marked() -> None:
    html = case_html(a_case("cdc"), OFFICER)
    assert '<mark class="is-danger" title="u-breathless">khó thở</mark>' in html
    assert "u-breathless</code>" in html


def test_the_timeline_tells_who_when_and_through_what_newest_first() -> None:
    case = decide_work(a_case("cdc"), a_step(Step.REPLY, text="Đội đang tới."), rules(), NOON).state
    case = decide_work(case, a_step(Step.RESOLVE, text="Âm tính."), rules(), after(minutes=3)).state
    html = case_html(case, OFFICER)
    assert html.index("Âm tính.") < html.index("Đội đang tới.")
    assert "cdc-1, qua trang này" in html
    assert "command-1" in html


def test_who_came_second_reads_what_the_first_said_and_keeps_the_own_words() -> None:
    case = decide_work(a_case("cdc"), a_step(Step.REPLY, text="Đội đang tới."), rules(), NOON).state
    html = case_html(
        case,
        OFFICER,
        trouble=Conflict("x", Text("Đã có điều mới.", "Something new.")),
        fresh=case.timeline,
        working_on=case.tasks[0].id,
        form=FormValues({"text": "Câu của tôi"}),
    )
    assert faults_of(html) == []
    assert "Đã có điều mới." in html
    assert "“Đội đang tới.”" in html
    assert "\nCâu của tôi</textarea>" in html


def test_the_page_promises_no_more_of_masking_than_it_does() -> None:
    words = mask_text("Bà Trần Thị Lụa, 0905 123 456, gặp ông Hồ Văn Quýt", ["Trần Thị Lụa"])
    html = case_html(replace(a_case("cdc"), words=words), OFFICER)
    assert words == "Bà [tên], [SĐT], gặp ông Hồ Văn Quýt"
    assert "tên khác trong lời kể vẫn còn" in html


def test_what_people_wrote_is_never_markup() -> None:
    case = replace(a_case("cdc"), words=XSS, ward=XSS, kind=XSS)
    case = case.with_entry(Entry(at=NOON, what=XSS, who=XSS, through=XSS, cause=XSS, agency=XSS, text=XSS))
    for html in (case_html(case, OFFICER), queue_html(Screen.BOARD, [case], DISPATCHER)):
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert faults_of(html) == []


@pytest.mark.parametrize(
    ("role", "door"),
    [
        ("officer", "/inbox"),
        ("dispatcher", "/board"),
        ("engineer", "/agency"),
        ("operator", "/accounts"),
        ("call_taker", "/dashboard"),
        ("committee", "/dashboard"),
    ],
)
def test_the_front_page_opens_each_roles_own_door_first(role: str, door: str) -> None:
    person = a_person(roles=frozenset({role}))
    html = bytes(pages().render(a_request("/"), "front.html", person=person, counts=COUNTS).body).decode()
    assert faults_of(html) == []
    assert re.findall(r'<a class="door[^"]*" href="([^"]+)"', html)[0] == door


def test_the_front_page_of_nobody_leads_to_the_sign_in() -> None:
    html = bytes(pages().render(a_request("/"), "front.html", counts=None).body).decode()
    assert faults_of(html) == []
    assert 'href="/sign-in"' in html
