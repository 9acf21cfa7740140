"""Every page of notifications renders soundly, in both languages, full and empty."""

from typing import Any

import pytest

from services.notifications.alerts.audience import Reached
from services.notifications.alerts.domain import Words
from services.notifications.alerts.screens import WORDS
from services.notifications.alerts.wording import SEVERITIES, TONES
from services.notifications.deliveries.domain import DeliveryStatus, Try, What
from services.notifications.deliveries.ledger import Entry
from services.notifications.deliveries.store import Tally
from services.notifications.situation.figures import AgencyTasks, CaseFigures, Slice, situation_of
from services.notifications.situation.reconciliation import Sample, reconcile
from services.notifications.situation.wording import words_of
from services.notifications.subscriptions.domain import SubscriptionStatus
from shared.errors import Text
from shared.http import FormValues
from shared.outbound import Outcome
from shared.pending import Versioned
from tests.unit.services.notifications.builders import (
    ALERT,
    NOON,
    a_cancelled_alert,
    a_delivery,
    a_person,
    a_published_alert,
    a_subscription,
    after,
    an_alert,
    the_pages,
)
from tests.unit.services.notifications.situation.test_reconciliation import numbers
from tests.unit.shared.web.builders import a_request
from tests.unit.shared.web.markup_faults import faults_of

WARDS = {"phu-xuan": Text("Phường Phú Xuân", "Phú Xuân ward")}
SECRET = "whsec_abc"  # noqa: S105 - stands for one
HOSTILE = "<script>alert(1)</script>"
PRESS = a_person("press_officer")
SHOWN: dict[str, Any] = {"wards": WARDS, "severities": SEVERITIES, "tones": TONES}
OUTGOING: dict[str, Any] = {"reached": Reached(webhooks=3, screens=12), "message": "{}", "wards": WARDS}


def rendered(template: str, *, lang: str = "vi", person: Any = None, path: str = "/", **context: Any) -> str:
    response = the_pages().render(a_request(path, f"lang={lang}"), template, person=person, **context)
    page = bytes(response.body).decode()
    assert faults_of(page) == []
    return page


def stored(state: Any, id_: str = ALERT) -> Versioned[Any]:
    return Versioned(id=id_, version=1, state=state)


def test_the_public_sees_what_holds_in_full_and_what_was_in_short() -> None:
    hostile = a_published_alert(text=Words(vi=HOSTILE))
    page = rendered("alerts.html", current=[stored(hostile)], earlier=[stored(a_cancelled_alert(), "a-2")], **SHOWN)
    assert 'data-live="/alerts/stream"' in page
    assert "&lt;script&gt;alert(1)" in page
    assert "Chợ đã mở lại." in page
    assert 'href="/alerts/a-2"' in page
    assert 'http-equiv="refresh"' in page


def test_readers_of_english_get_it_where_there_is_any() -> None:
    page = rendered("alerts.html", lang="en", current=[stored(a_published_alert())], earlier=[], **SHOWN)
    assert "Đông Ba market closed for now" in page
    assert "Cảnh báo cho người dân" not in page
    only_vi = a_published_alert(headline=Words(vi="Tin chỉ có tiếng Việt"))
    assert 'lang="vi">Tin chỉ có tiếng Việt' in rendered(
        "alerts.html", lang="en", current=[stored(only_vi)], earlier=[], **SHOWN
    )


def test_an_empty_list_says_so() -> None:
    assert "Hiện không có cảnh báo nào" in rendered("alerts.html", current=[], earlier=[], **SHOWN)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("alert", [an_alert(), a_published_alert(), a_cancelled_alert()])
def test_the_press_desk_shows_an_alert_at_every_stage(alert: Any, lang: str) -> None:
    tries = (Try(at=NOON, claim="c", outcome="http-503", seconds=0.2), Try(at=after(seconds=5), claim="d"))
    entry = Entry(delivery=stored(a_delivery(tries=tries, reason="http-503")), recipient=f"Bảng {HOSTILE}")
    sent = Entry(delivery=stored(a_delivery(status=DeliveryStatus.SENT)), recipient="B")
    page = rendered(
        "alert_desk.html",
        lang=lang,
        person=a_person("committee"),
        path=f"/desk/alerts/{ALERT}",
        alert=alert,
        alert_id=ALERT,
        tally={What.PUBLISHED: Tally(waiting=1, sent=1)},
        entries=[entry, sent],
        next_page="abc",
        as_of=NOON,
        **OUTGOING,
        **WORDS,
    )
    assert HOSTILE not in page
    assert ("/publish" in page) == (alert.status == "draft")
    assert ("http-503" in page) == (alert.published_at is not None)


def test_who_drafted_it_is_told_to_ask_somebody_else() -> None:
    context: dict[str, Any] = {"tally": {}, "entries": [], "next_page": None, "as_of": NOON, **OUTGOING, **WORDS}
    page = rendered(
        "alert_desk.html", person=PRESS, alert=an_alert(drafted_by=PRESS.account), alert_id=ALERT, **context
    )
    assert "Nhờ một người thứ hai duyệt" in page
    assert "/publish" not in page


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_forms_of_the_desk_are_sound(lang: str) -> None:
    wrong = {"headline_vi": Text("Không được để trống", "May not be empty")}
    form = FormValues({"id": ALERT, "severity": "minor", "text_vi": HOSTILE})
    rendered("alert_form.html", lang=lang, person=PRESS, form=form, chosen=("phu-xuan",), errors=wrong,
             wards=WARDS, severities=SEVERITIES)  # fmt: skip
    rendered("alert_preview.html", lang=lang, person=PRESS, alert=an_alert(), values=[("wards", "phu-xuan")],
             **OUTGOING, **WORDS)  # fmt: skip
    rendered("alert_cancel.html", lang=lang, person=PRESS, alert=a_published_alert(), alert_id=ALERT,
             form=FormValues({}), errors={})  # fmt: skip
    rendered("desk.html", lang=lang, person=PRESS, alerts=[stored(an_alert()), stored(a_cancelled_alert())], **WORDS)
    rendered("desk.html", lang=lang, person=PRESS, alerts=[], **WORDS)
    rendered("alert.html", lang=lang, current=[], earlier=[stored(a_cancelled_alert())], **SHOWN)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_engineers_page_shows_the_secret_once(lang: str) -> None:
    all_of = [stored(a_subscription(wards=("phu-xuan",))), stored(a_subscription(status=SubscriptionStatus.GONE))]
    page = rendered(
        "subscriptions.html", lang=lang, person=a_person("engineer", agency="cdc"), subscriptions=all_of,
        form=FormValues({"id": "s-1"}), chosen=(), errors={}, secret=SECRET, outcome=Outcome(503), wards=WARDS,
    )  # fmt: skip
    assert page.count(SECRET) == 1
    assert "http-503" in page
    rendered("subscription.html", lang=lang, person=a_person("engineer"), form=FormValues({"id": "s-1"}), chosen=(),
             errors={"url": Text("Sai", "Wrong")}, wards=WARDS)  # fmt: skip


@pytest.mark.parametrize("layout", ["console.html", "screen.html"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_overview_shows_figures_and_what_does_not_match(layout: str, lang: str) -> None:
    slices = [
        Slice(type="intake.reports.received", dimensions={"kind": "question", "synthetic": True}, today=5, recent=2),
        Slice(type="routing.cases.triaged", dimensions={"urgency": "emergency"}, today=2, recent=2),
        Slice(
            type="checkpoints.passes.recorded",
            dimensions={"verdict": "isolate", "post_id": "hai-van", "synthetic": True},
            today=1234,
            recent=3,
        ),
    ]
    tasks = [AgencyTasks(agency="cdc", open=4, taken=1, overdue=2)]
    data = situation_of(NOON, slices, CaseFigures(open=3, taken=1, overdue=1), tasks, 0)
    lost = [Sample(at=after(seconds=s), lines={"reports": numbers(after(seconds=s), 8, 7)}) for s in (-40, 0)]
    page = rendered(
        "situation.html",
        lang=lang,
        person=a_person("operator"),
        path="/situation",
        layout=layout,
        data=data,
        reconciliation=reconcile(lost),
        **words_of(the_pages().site),
    )
    assert ("lệch 1 giữa" if lang == "vi" else "1 differ between") in page
    assert ("Đối soát: kho" in page) == (layout == "console.html" and lang == "vi")
    assert ("1.234" if lang == "vi" else "1,234") in page
    assert 'data-live="/situation/stream"' in page
