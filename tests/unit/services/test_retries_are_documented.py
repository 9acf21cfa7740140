"""What programs read about a retry before they write one: the 200 beside the 201, and what a missing key does."""

from collections.abc import Callable
from inspect import signature

import pytest
from fastapi import APIRouter, FastAPI

from services.checkpoints.passes import api as passes
from services.checkpoints.permits import api as permits
from services.checkpoints.watchlist import api as watchlist
from services.intake.reports import api as reports
from services.notifications.alerts import api as alerts
from services.notifications.subscriptions import api as subscriptions
from shared.http.openapi import HOW_TO_CALL

ROUTERS = (reports.router, passes.router, permits.router, watchlist.router, alerts.router, subscriptions.router)


@pytest.mark.parametrize("router", ROUTERS, ids=lambda router: router.__module__)
def test_what_is_answered_with_201_once_lists_the_200_of_a_retry(router: Callable[..., APIRouter]) -> None:
    app = FastAPI()
    app.include_router(router(*[None] * len(signature(router).parameters)))  # no route is asked here
    making = [
        operation
        for path in app.openapi()["paths"].values()
        for operation in path.values()
        if "201" in operation["responses"]
    ]
    assert making
    for operation in making:
        once, again = (operation["responses"][status]["content"] for status in ("201", "200"))
        assert again == once
        (key,) = [each for each in operation["parameters"] if each["name"] == "idempotency-key"]
        assert "second record" in key["description"]


def test_every_service_says_what_a_change_needs() -> None:
    for name in ("Idempotency-Key", "X-CSRF-Token", "Origin", "Authorization"):
        assert f"`{name}" in HOW_TO_CALL
