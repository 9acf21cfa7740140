"""The press desk and the public's screens."""

import asyncio
import re
from typing import Any

import pytest

from tests.eventually import eventually
from tests.integration.services.notifications.conftest import Notifications
from tests.integration.services.notifications.desks import an_alert, publish

pytestmark = pytest.mark.kafka


async def test_nobody_hears_of_a_draft_and_its_author_cannot_publish_it(notifications: Notifications) -> None:
    async with notifications.client("bao-chi") as press, notifications.client() as public:
        alert_id = (await press.post("/api/v1/alerts", json=an_alert())).json()["id"]
        assert (await public.get(f"/api/v1/alerts/{alert_id}")).status_code == 404
        refused = await press.post(f"/api/v1/alerts/{alert_id}:publish")
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/second-person-needed")
        assert all(each["id"] != alert_id for each in (await public.get("/api/v1/alerts")).json())


@pytest.mark.parametrize("approver", ["bao-chi-2", "ban-chi-dao"])
async def test_a_second_person_publishes_and_the_public_reads(notifications: Notifications, approver: str) -> None:
    async with (
        notifications.client("bao-chi") as press,
        notifications.client(approver) as second,
        notifications.client() as public,
    ):
        alert_id = await publish(press, second, headline_vi=f"Tin do {approver} duyệt")
        assert f"Tin do {approver} duyệt" in (await public.get("/")).text
        assert (await public.get(f"/alerts/{alert_id}")).status_code == 200


@pytest.mark.parametrize("account", ["ky-su-cdc", "tong-dai", "van-hanh"])
async def test_others_neither_draft_nor_publish(notifications: Notifications, account: str) -> None:
    async with notifications.client("bao-chi") as press, notifications.client(account) as other:
        alert_id = (await press.post("/api/v1/alerts", json=an_alert())).json()["id"]
        assert (await other.post("/api/v1/alerts", json=an_alert())).status_code == 403
        assert (await other.post(f"/api/v1/alerts/{alert_id}:publish")).status_code == 403


async def test_a_repeated_draft_is_one_and_another_under_its_key_is_refused(notifications: Notifications) -> None:
    key = {"Idempotency-Key": "019a0b7e-3c1d-7e52-9c55-0d7b1f0f8a99"}
    body = an_alert()
    async with notifications.client("bao-chi") as press:
        answers = [await press.post("/api/v1/alerts", json=body, headers=key) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [201, 200]
        assert answers[0].json() == answers[1].json()
        other = await press.post("/api/v1/alerts", json=body | {"text_vi": "Khác."}, headers=key)
        assert (other.status_code, other.json()["type"]) == (409, "/problems/idempotency-conflict")


@pytest.mark.parametrize(
    "wrong",
    [
        {"wards": ["atlantis"]},
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"severity": "awful"},
        {"headline_vi": ""},
        {"approved_by": "bao-chi"},
        {"headline_vi": {"$gt": ""}},
    ],
)
async def test_what_cannot_be_an_alert_is_refused(notifications: Notifications, wrong: dict[str, Any]) -> None:
    async with notifications.client("bao-chi") as press:
        answer = await press.post("/api/v1/alerts", json=an_alert(**wrong))
        assert answer.status_code == 422
        assert answer.json()["errors"]


async def test_the_desk_works_by_forms_alone(notifications: Notifications) -> None:
    async with notifications.client("bao-chi") as press, notifications.client("ban-chi-dao") as committee:
        form = (await press.get("/desk/new")).text
        fields = {
            "id": _value(form, "id"),
            "headline_vi": "Tin soạn bằng biểu mẫu",
            "text_vi": "Ở yên tại nhà.",
            "severity": "minor",
            "expires_at": _value(form, "expires_at"),
            "wards": ["phu-xuan", "vy-da"],
        }
        preview = await press.post("/desk/preview", data=fields)
        assert preview.status_code == 200
        assert "Tin soạn bằng biểu mẫu" in preview.text
        again = await press.post("/desk/new", data=fields)
        assert 'value="Tin soạn bằng biểu mẫu"' in again.text
        drafted = await press.post("/desk", data=fields)
        assert (drafted.status_code, drafted.headers["location"]) == (303, f"/desk/alerts/{fields['id']}")
        address = str(drafted.headers["location"])
        assert "Duyệt và phát" in (await committee.get(f"{address}/publish")).text
        assert (await committee.post(f"{address}/publish")).status_code == 303
        assert (await committee.post(f"{address}/publish")).status_code == 303  # pressed twice
        confirm = await press.post(f"{address}/cancel/preview", data={"reason_vi": "Nhầm."})
        assert "Nhầm." in confirm.text
        assert (await press.post(f"{address}/cancel", data={"reason_vi": "Nhầm."})).status_code == 303
        shown = (await committee.get(address)).text
        assert "Nhầm." in shown
        assert "soạn bởi bao-chi" in shown


async def test_a_wrong_form_comes_back_with_what_was_typed(notifications: Notifications) -> None:
    async with notifications.client("bao-chi") as press:
        typed = {"id": "019a0b7e-3c1d-7e52-9c55-0d7b1f0f8a98", "text_vi": "Giữ lại", "severity": "minor"}
        answer = await press.post("/desk/preview", data=typed | {"expires_at": "2020-01-01T00:00"})
        assert answer.status_code == 422
        assert "Giữ lại" in answer.text


async def test_an_open_screen_shows_an_alert_by_itself(notifications: Notifications) -> None:
    async with (
        notifications.client("bao-chi") as press,
        notifications.client("ban-chi-dao") as committee,
    ):
        heard: list[str] = []
        listening = asyncio.create_task(_listen(notifications, heard))
        await eventually(lambda: any('id="alerts"' in each for each in heard))
        alert_id = await publish(press, committee)
        await eventually(lambda: any(f"alert-{alert_id}" in each for each in heard))
        await press.post(f"/api/v1/alerts/{alert_id}:cancel", json={"reason_vi": "Nhầm địa điểm."})
        await eventually(lambda: any("Nhầm địa điểm." in each for each in heard))
        listening.cancel()


async def _listen(notifications: Notifications, heard: list[str]) -> None:
    """An open page, without a network in between."""

    asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict[str, Any]:
        for message in asked:
            return message
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        heard.append(message.get("body", b"").decode())

    scope = {"type": "http", "method": "GET", "path": "/alerts/stream", "query_string": b"", "headers": []}
    app: Any = notifications.app
    await app(scope | {"scheme": "http", "server": ("localhost", 80)}, receive, send)


def _value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, name
    return found[1]
