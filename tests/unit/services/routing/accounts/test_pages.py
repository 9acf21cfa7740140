"""Where a sign-in leads, and how the pages of accounts read."""

from typing import Any

import pytest

from services.routing.accounts.operator_pages import SCOPES
from services.routing.accounts.pages import way_on
from services.routing.accounts.staffing import CHAIRS, DEMO_PASSWORD
from shared.errors import Text
from shared.http import FormValues
from shared.web.site import ROLES
from tests.places import MakeSettings
from tests.unit.services.routing.builders import an_account
from tests.unit.services.routing.rendering import pages
from tests.unit.shared.web.builders import a_person, a_request
from tests.unit.shared.web.markup_faults import faults_of

ERRORS = {"password": Text("Sai.", "Wrong."), "id": Text("Đã có.", "Taken.")}
CONTEXTS: dict[str, dict[str, Any]] = {
    "sign_in.html": {
        "form": FormValues({"account": "cdc"}),
        "errors": {"password": ERRORS["password"]},
        "target": "/board",
        "chairs": CHAIRS,
        "demo_password": DEMO_PASSWORD,
    },
    "sign_out.html": {},
    "me.html": {"errors": {}},
    "accounts.html": {"accounts": [an_account(), an_account(id="b", active=False)], "roles": ROLES},
    "account.html": {
        "account": an_account(),
        "roles": ROLES,
        "scopes": list(SCOPES.items()),
        "scope_labels": SCOPES,
        "errors": {"password": ERRORS["password"]},
        "new_key": lambda: "key-1",
    },
    "account_form.html": {
        "form": FormValues({"id": "cdc"}),
        "chosen": ("officer",),
        "errors": ERRORS,
        "roles": list(ROLES.items()),
        "agencies": [("cdc", "CDC")],
        "posts": [("hai-van", "Hải Vân")],
        "key": "key-1",
    },
    "new_key.html": {"account_id": "cdc", "text": "hv_abc_def", "label": "Phần mềm"},
}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("template", CONTEXTS)
def test_a_page_is_sound_in_both_languages(template: str, language: str) -> None:
    request = a_request("/me", f"lang={language}")
    html = pages().render(request, template, person=a_person(roles=frozenset(ROLES)), **CONTEXTS[template])
    assert faults_of(bytes(html.body).decode()) == []


def test_who_is_not_signed_in_can_sign_in_and_nothing_else() -> None:
    html = bytes(pages().render(a_request("/sign-in"), "sign_in.html", **CONTEXTS["sign_in.html"]).body).decode()
    assert faults_of(html) == []
    assert 'name="next" value="/board"' in html
    assert "/inbox" not in html


def test_what_was_typed_comes_back_but_never_the_password() -> None:
    context = CONTEXTS["sign_in.html"] | {
        "form": FormValues({"account": "cdc", "password": "s3cret-typed"}),
        "chairs": (),
        "demo_password": "",
    }
    html = bytes(pages().render(a_request("/sign-in"), "sign_in.html", **context).body).decode()
    assert 'value="cdc"' in html
    assert "s3cret-typed" not in html


@pytest.mark.parametrize(
    ("role", "home"),
    [
        ("officer", "/inbox"),
        ("dispatcher", "/board"),
        ("call_taker", "http://localhost:8001/console"),
        ("field_officer", "http://localhost:8003/"),
        ("press_officer", "http://localhost:8004/desk"),
        ("committee", "http://localhost:8004/desk"),
        ("engineer", "/"),
        ("operator", "/"),
    ],
)
def test_everybody_is_led_to_where_they_work(make_settings: MakeSettings, role: str, home: str) -> None:
    settings = make_settings(kafka_bootstrap_servers="127.0.0.1:1", mongo_url="mongodb://127.0.0.1:1")
    assert way_on(settings, None, a_person(roles=frozenset({role}))) == home


@pytest.mark.parametrize(
    ("target", "way"),
    [
        ("/cases/1", "/cases/1"),
        ("http://localhost:8001/calls", "http://localhost:8001/calls"),
        ("http://evil.example/", "/inbox"),
        ("//evil.example", "/inbox"),
        ("/\\evil.example", "/inbox"),
        ("http://localhost:8001@evil.example/", "/inbox"),
        ("javascript:alert(1)", "/inbox"),
        ("/sign-out", "/inbox"),
        ("/sign-in?next=/x", "/inbox"),
        ("", "/inbox"),
    ],
)
def test_a_sign_in_leads_back_to_our_own_pages_only(make_settings: MakeSettings, target: str, way: str) -> None:
    settings = make_settings(kafka_bootstrap_servers="127.0.0.1:1", mongo_url="mongodb://127.0.0.1:1")
    assert way_on(settings, target, a_person(roles=frozenset({"officer"}))) == way


def test_the_demo_has_a_chair_for_every_role() -> None:
    assert {role for chair in CHAIRS for role in chair.roles} == set(ROLES)
