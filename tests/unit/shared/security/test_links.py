import pytest

from shared.security.links import origins_of, safe_next, sign_in_url
from tests.unit.shared.security.builders import some_settings

settings = some_settings()


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/cases/1?tab=tasks#end",
        "http://localhost:8001",
        "http://localhost:8001/console?call=1",
        "http://localhost:8004/dashboard",
        "http://127.0.0.1:8003/posts",
    ],
)
def test_our_own_pages_are_led_back_to(target: str) -> None:
    assert safe_next(settings, target) == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "cases/1",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "/\t/evil.example",
        "\t//evil.example",
        "/\n/evil.example",
        " //evil.example",
        "/ /evil.example",
        "http:evil.example",
        "https:evil.example",
        "https:/evil.example",
        "https:///evil.example",
        "http:localhost:8001/",
        "http:///localhost:8001/",
        "https://evil.example",
        "http://localhost:8001@evil.example/",
        "http://localhost:8001:x@evil.example/",
        "http://evil.example@localhost:8001/",
        "http://evil.example#http://localhost:8001/",
        "http://evil.example?http://localhost:8001/",
        "http://localhost:8001.evil.example/",
        "http://localhost:80011/",
        "http://localhost:9999/",
        "http://localhost/",
        "https://localhost:8001/",
        "HTTP://LOCALHOST:8001/",
        "http://[::1]:8001/",
        "http://[",
        "http://localhost:8001\\@evil.example",
        "http://lоcalhost:8001/",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://localhost:8001/",
        "/" + "x" * 3_000,
        "/\u2028",
        "/\0",
    ],
)
def test_every_other_target_leads_home(target: str | None) -> None:
    assert safe_next(settings, target, "/home") == "/home"


def test_only_the_embedded_run_answers_under_both_loopback_names() -> None:
    assert origins_of(settings, "intake") == {"http://localhost:8001", "http://127.0.0.1:8001"}
    assert origins_of(some_settings("production"), "intake") == {"http://localhost:8001"}


def test_the_way_back_is_quoted_into_the_sign_in_page() -> None:
    url = sign_in_url(settings, "http://localhost:8001/a?b=c&d=e")
    assert url == "http://localhost:8002/sign-in?next=http%3A%2F%2Flocalhost%3A8001%2Fa%3Fb%3Dc%26d%3De"


def test_behind_a_gateway_all_four_services_have_one_origin() -> None:
    addresses = {"intake_url": "https://haivan.example", "routing_url": "https://haivan.example/routing"}
    behind = some_settings("production").model_copy(update=addresses)
    assert origins_of(behind, "intake") == origins_of(behind, "routing") == {"https://haivan.example"}
    assert safe_next(behind, "https://haivan.example/routing/inbox") == "https://haivan.example/routing/inbox"
    assert sign_in_url(behind, "https://haivan.example/desk").startswith("https://haivan.example/routing/sign-in?")
