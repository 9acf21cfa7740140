import pytest

from services.notifications.subscriptions.domain import SubscriptionStatus, decide_change, decide_end
from shared.errors import Conflict
from tests.unit.services.notifications.builders import NOON, a_person, a_subscription, after


def test_an_agency_s_people_and_operators_see_it_and_nobody_else() -> None:
    mine = a_subscription(agency="cdc", made_by="ky-su-cdc")
    assert mine.is_visible_to(a_person("engineer", agency="cdc"))
    assert mine.is_visible_to(a_person("operator"))
    assert not mine.is_visible_to(a_person("engineer", agency="police"))
    assert not mine.is_visible_to(a_person("engineer", account="ky-su-cdc"))


def test_without_an_agency_it_is_its_maker_s() -> None:
    mine = a_subscription(agency=None, made_by="a-1")
    assert mine.is_visible_to(a_person("officer", account="a-1"))
    assert not mine.is_visible_to(a_person("officer", account="a-2"))
    assert not mine.is_visible_to(a_person("officer", account="a-2", agency="cdc"))


def test_a_change_keeps_the_secret() -> None:
    before = a_subscription(sealed={"secret": b"sealed"})
    changed = decide_change(before, label="Mới", url="https://new.example.com/", wards=("phu-xuan",)).state
    assert (changed.label, changed.wards, changed.sealed) == ("Mới", ("phu-xuan",), {"secret": b"sealed"})


def test_what_has_ended_stays_ended() -> None:
    ended = decide_end(a_subscription(), SubscriptionStatus.GONE, NOON).state
    assert (ended.status, ended.ended_at, ended.is_active) == (SubscriptionStatus.GONE, NOON, False)
    assert decide_end(ended, SubscriptionStatus.LEFT, after(hours=1)).state == ended
    with pytest.raises(Conflict, match="subscription-ended"):
        decide_change(ended, label="x", url="https://x.example.com/", wards=())
