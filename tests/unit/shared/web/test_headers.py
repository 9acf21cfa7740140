from shared.web.headers import security_headers


def policy(*origins: str) -> dict[str, str]:
    directives = security_headers(origins)["Content-Security-Policy"].split("; ")
    return dict(directive.split(" ", 1) for directive in directives)


def test_nothing_inline_and_nothing_foreign_may_run() -> None:
    assert policy()["default-src"] == "'self'"
    assert "unsafe" not in str(policy())
    assert "data:" not in str(policy())
    assert not {"script-src", "style-src", "connect-src"} & policy().keys()


def test_pages_may_not_be_framed_or_rebased_or_hold_plugins() -> None:
    for directive in ("frame-ancestors", "base-uri", "object-src"):
        assert policy()[directive] == "'none'"


def test_forms_may_go_to_the_four_services_only() -> None:
    assert policy("http://localhost:8002")["form-action"] == "'self' http://localhost:8002"


def test_addresses_with_codes_in_them_are_told_to_nobody() -> None:
    headers = security_headers()
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "camera=(self)" in headers["Permissions-Policy"]


def test_one_origin_of_all_four_services_is_named_once() -> None:
    assert policy(*["https://haivan.example"] * 4)["form-action"] == "'self' https://haivan.example"
