import pytest

from services.notifications.alerts.domain import (
    AlertStatus,
    Words,
    decide_cancellation,
    decide_draft,
    decide_publication,
)
from shared.errors import Conflict, Forbidden, Unprocessable
from shared.events.notifications import AlertCancelled, AlertPublished
from tests.unit.services.notifications.builders import (
    ALERT,
    NOON,
    a_cancelled_alert,
    a_published_alert,
    after,
    an_alert,
)

WRONG = Words(vi="Nhầm địa điểm.", en="Wrong place.")


def test_a_draft_tells_nobody_anything() -> None:
    assert decide_draft(an_alert(), NOON).events == ()


def test_an_alert_that_would_be_over_is_not_drafted() -> None:
    with pytest.raises(Unprocessable) as refused:
        decide_draft(an_alert(expires_at=NOON), NOON)
    assert refused.value.fields[0].field == "expires_at"


def test_a_second_person_publishes() -> None:
    change = decide_publication(ALERT, an_alert(), "ban-chi-dao", NOON)
    (said,) = change.events
    assert isinstance(said, AlertPublished)
    assert (change.state.status, change.state.approved_by) == (AlertStatus.PUBLISHED, "ban-chi-dao")
    assert (said.headline.vi, said.headline.en) == ("Phong tỏa tạm thời chợ Đông Ba", "Đông Ba market closed for now")
    assert said.published_at == NOON


def test_who_drafted_it_cannot_approve_it() -> None:
    with pytest.raises(Forbidden, match="second-person-needed"):
        decide_publication(ALERT, an_alert(drafted_by="bao-chi"), "bao-chi", NOON)


@pytest.mark.parametrize(
    ("alert", "slug"),
    [
        (a_published_alert(), "alert-already-published"),
        (a_cancelled_alert(), "alert-already-cancelled"),
        (an_alert(expires_at=NOON), "alert-over"),
    ],
)
def test_what_is_out_cancelled_or_over_is_not_published(alert: object, slug: str) -> None:
    with pytest.raises(Conflict, match=slug):
        decide_publication(ALERT, alert, "ban-chi-dao", NOON)  # type: ignore[arg-type]


def test_a_cancellation_goes_to_the_readers_of_the_alert() -> None:
    change = decide_cancellation(ALERT, a_published_alert(), WRONG, "bao-chi", after(hours=1))
    (said,) = change.events
    assert isinstance(said, AlertCancelled)
    assert (said.reason.vi, said.wards, said.cancelled_at) == ("Nhầm địa điểm.", ("phu-xuan",), after(hours=1))
    assert not change.state.is_current(after(hours=1))


def test_a_draft_is_put_away_without_a_word() -> None:
    change = decide_cancellation(ALERT, an_alert(), WRONG, "bao-chi", NOON)
    assert (change.state.status, change.events) == (AlertStatus.CANCELLED, ())


def test_nothing_is_cancelled_twice() -> None:
    with pytest.raises(Conflict, match="alert-already-cancelled"):
        decide_cancellation(ALERT, a_cancelled_alert(), WRONG, "bao-chi", NOON)


def test_an_alert_holds_until_it_expires() -> None:
    alert = a_published_alert(expires_at=after(hours=2))
    assert alert.is_current(after(hours=1))
    assert not alert.is_current(after(hours=2))
