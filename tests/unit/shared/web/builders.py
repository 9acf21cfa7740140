"""Pages, requests and people for the tests of the page layer, with what matters named at the call."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from starlette.requests import Request

from shared.errors import Text
from shared.security.people import Person
from shared.settings import ServiceName
from shared.web.pages import Pages
from shared.web.site import Site

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
"""Twelve o'clock in Huế."""
TEMPLATES = Path(__file__).parent / "templates"
ORIGINS: dict[ServiceName, str] = {
    "intake": "http://localhost:8001",
    "routing": "http://localhost:8002",
    "checkpoints": "http://localhost:8003",
    "notifications": "http://localhost:8004",
}


def before(**ago: float) -> datetime:
    return NOON - timedelta(**ago)


def a_site(service: ServiceName = "routing", home: str = "") -> Site:
    return Site(
        service=service,
        origins=ORIGINS,
        province=Text("Thành phố Huế", "Huế city"),
        centre=Text("Trung tâm Điều hành phòng, chống dịch", "Epidemic response centre"),
        hotline="19001075",
        emergency="115",
        places={"cdc": Text("CDC Huế", "Huế CDC")},
        home=home,
    )


@cache
def some_pages(service: ServiceName = "routing", *folders: Path) -> Pages:
    return Pages(a_site(service), folders=[*folders, TEMPLATES], clock=lambda: NOON)


def a_person(**fields: Any) -> Person:
    given = {"account": "a-1", "name": "Trần Thị Hoa", "roles": frozenset({"dispatcher"}), "agency": "cdc"}
    return Person(**{**given, "session": "s-1", **fields})


def a_request(path: str = "/board", query: str = "", **headers: str) -> Request:
    """A GET as Starlette sees it; its app hands out the form token `token-of-<session>`."""
    security = SimpleNamespace(csrf_token=lambda person: f"token-of-{person.session}")
    return Request(
        {
            "type": "http",
            "method": "GET",
            "scheme": "http",
            "server": ("localhost", 8002),
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
            "app": SimpleNamespace(state=SimpleNamespace(security=security)),
        }
    )
