"""`haivan dlq`, `replay`, `outbox` and `accounts` against a service in miniature."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from deploy.cli import accounts, dlq
from deploy.cli.registry import build
from deploy.embedded.errors import CannotRun

LETTER = {
    "id": "4f1d0000-0000-5000-8000-000000000001",
    "group": "routing.agencies",
    "topic": "agencies.cdc.updates.v1",
    "partition": 0,
    "offset": 7,
    "type": "agencies.updates.reply",
    "reason": "not-json",
    "buried_at": "2026-11-23T01:00:00Z",
}
HALT = {"group": "routing.agencies", "topic": "agencies.cdc.updates.v1", "partition": 0}
STUCK = {
    "collection": "reports",
    "document_id": "r1",
    "event_id": "e1",
    "type": "intake.reports.received",
    "topic": "intake.reports.v1",
    "since": "2026-11-23T01:00:00Z",
}
TRIAL = {"id": None, "status": "dry-run", "chosen": 1, "replayed": 0, "failed": 0, "reasons": {"not-json": 1}}


@dataclass
class Routing:
    """What the service in miniature answers, and what it was asked."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)


@pytest.fixture
def routing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Routing]:
    state = Routing()

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name that http.server calls
            self._answer(None)

        def do_POST(self) -> None:  # the name that http.server calls
            self._answer(json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"null"))

        def _answer(self, body: Any) -> None:
            path = self.path.removeprefix("/api/v1/").split("?")[0]
            state.asked.append((path, body))
            state.keys.append(self.headers["Authorization"])
            status, answer = state.answers.get(path, (200, []))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(answer(body) if callable(answer) else answer).encode())

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Door)
    thread = Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("HAIVAN_API_KEY", "hv_test_key")
    for name in ("INTAKE", "CHECKPOINTS", "NOTIFICATIONS"):
        monkeypatch.delenv(f"HAIVAN_{name}_URL", raising=False)
    monkeypatch.setenv("HAIVAN_ROUTING_URL", f"http://127.0.0.1:{server.server_port}")
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


def run(*words: str) -> Result:
    return CliRunner().invoke(build(), list(words), catch_exceptions=False)


def replayed(body: dict[str, Any]) -> dict[str, Any]:
    return TRIAL if body["dry_run"] else {**TRIAL, "id": "r1", "status": "requested"}


def test_letters_are_listed_with_their_reason_and_what_stands_still(routing: Routing) -> None:
    routing.answers = {"operations/dead-letters": (200, [LETTER]), "operations/halts": (200, [HALT])}
    text = run("dlq", "list").output
    assert "not-json" in text
    assert "stands still" in text
    assert set(routing.keys) == {"Bearer hv_test_key"}


def test_where_nothing_waits_the_list_says_so(routing: Routing) -> None:
    routing.answers = {"operations/dead-letters": (200, []), "operations/halts": (200, [])}
    assert run("dlq", "list").output == "No dead letter waits.\n"
    assert run("dlq", "list", "--group", "routing.cases").output == "No such dead letter waits.\n"


def test_programs_get_letters_as_json(routing: Routing) -> None:
    routing.answers = {"operations/dead-letters": (200, [LETTER])}
    assert json.loads(run("dlq", "list", "--json").output)["letters"] == [{"service": "routing", **LETTER}]


def test_one_letter_is_shown_by_the_beginning_of_its_id(routing: Routing) -> None:
    routing.answers = {"operations/dead-letters": (200, [LETTER])}
    assert json.loads(run("dlq", "show", "4f1d", "--json").output)["offset"] == 7


def test_a_letter_that_is_not_there_is_said_to_be_missing(routing: Routing) -> None:
    with pytest.raises(CannotRun, match="No dead letter"):
        run("dlq", "show", "4f1d")


@pytest.mark.parametrize("words", [("dlq", "replay"), ("replay",)])
def test_a_replay_is_only_tried_unless_it_is_meant(routing: Routing, words: tuple[str, ...]) -> None:
    routing.answers = {"operations/dead-letters:replay": (200, replayed)}
    done = run(*words, "--group", "routing.agencies")
    assert done.exit_code == 0
    assert "Nothing was done" in done.output
    assert routing.asked == [("operations/dead-letters:replay", {"group": "routing.agencies", "dry_run": True})]


def test_a_replay_that_is_meant_is_waited_for_and_tells_what_failed(routing: Routing) -> None:
    routing.answers = {
        "operations/dead-letters:replay": (200, replayed),
        "operations/replays/r1": (200, {**TRIAL, "id": "r1", "status": "done", "failed": 1}),
    }
    done = run("replay", "--yes", "--json")
    assert done.exit_code == 1
    assert json.loads(done.output)["services"][0]["failed"] == 1


def test_nothing_is_replayed_where_nothing_waits(routing: Routing) -> None:
    routing.answers = {"operations/dead-letters:replay": (200, {**TRIAL, "chosen": 0})}
    assert "No dead letter matches" in run("replay", "--yes").output
    assert len(routing.asked) == 1


def test_a_halt_is_resumed_only_when_it_is_meant(routing: Routing) -> None:
    routing.answers = {"operations/halts": (200, [HALT]), "operations/halts:resume": (200, HALT)}
    assert "would go on" in run("dlq", "resume").output
    assert routing.asked == [("operations/halts", None)]
    assert "goes on" in run("dlq", "resume", "--yes").output
    assert routing.asked[-1] == ("operations/halts:resume", HALT)


def test_a_refused_event_is_tried_again_only_when_it_is_meant(routing: Routing) -> None:
    routing.answers = {"operations/unpublishable": (200, [STUCK]), "operations/unpublishable:release": (204, None)}
    assert "would be tried again" in run("outbox", "release").output
    assert routing.asked == [("operations/unpublishable", None)]
    assert "is tried again" in run("outbox", "release", "r1", "--yes").output
    assert routing.asked[-1] == ("operations/unpublishable:release", {"collection": "reports", "document_id": "r1"})
    assert json.loads(run("outbox", "list", "--json").output)["documents"] == [{"service": "routing", **STUCK}]
    with pytest.raises(CannotRun, match="Nothing of r2"):
        run("outbox", "release", "r2")


def test_what_the_service_refuses_is_told_in_its_words(routing: Routing) -> None:
    routing.answers = {"operations/dead-letters": (403, {"detail_en": "This API key may not do that."})}
    with pytest.raises(CannotRun, match="403: This API key may not do that"):
        run("dlq", "list")


def test_an_unknown_service_is_told_with_those_there_are(routing: Routing) -> None:
    with pytest.raises(CannotRun) as told:
        run("dlq", "list", "--service", "kitchen")
    assert "routing" in told.value.todo


ACCOUNT = {
    "id": "lan",
    "name": "Lan",
    "roles": ["officer"],
    "agency": "cdc",
    "post": None,
    "active": True,
    "keys": [],
}


def test_an_account_is_made_with_a_password_that_is_shown_once(routing: Routing) -> None:
    routing.answers = {"accounts": (201, ACCOUNT)}
    made = json.loads(
        run("accounts", "add", "lan", "--name", "Lan", "--role", "officer", "--agency", "cdc", "--json").output
    )
    path, body = routing.asked[0]
    assert (path, body["roles"], body["agency"]) == ("accounts", ["officer"], "cdc")
    assert "post" not in body
    assert made["password"] == body["password"]
    assert len(made["password"]) >= 16


def test_accounts_are_listed_and_closed(routing: Routing) -> None:
    routing.answers = {"accounts": (200, [ACCOUNT]), "accounts/lan:close": (200, {**ACCOUNT, "active": False})}
    assert "lan" in run("accounts", "list").output
    assert "lan is closed" in run("accounts", "close", "lan").output


def test_a_key_is_made_with_its_scopes_and_its_end(routing: Routing) -> None:
    routing.answers = {"accounts/lan/keys": (201, {"key": "hv_x_y"})}
    words = ("--label", "CDC", "--scope", "tasks", "--scope", "identity", "--days", "30")
    assert "hv_x_y" in run("accounts", "key", "lan", *words).output
    body = routing.asked[0][1]
    assert body["scopes"] == ["tasks", "identity"]
    assert "expires_at" in body


def test_each_group_of_commands_explains_itself() -> None:
    for group in (dlq.app, accounts.app):
        assert CliRunner().invoke(group, ["--help"]).exit_code == 0


ENTRY = {
    "sequence": 7,
    "at": "2026-11-23T01:00:00Z",
    "actor": "cdc",
    "action": "identity.looked_up",
    "subject": "report/r1",
    "reason": "gọi lại",
}
CHAIN = {"intact": True, "sequence": 7, "hash": "a" * 64, "broken_at": None, "reason": None}


def test_the_audit_is_searched_by_what_is_named(routing: Routing) -> None:
    routing.answers = {"operations/audit:search": (200, {"entries": [ENTRY], "before": None})}
    assert "identity.looked_up" in run("audit", "search", "--actor", "cdc").output
    assert routing.asked == [("operations/audit:search", {"actor": "cdc", "limit": 50})]
    assert json.loads(run("audit", "search", "--json").output)["entries"] == [{"service": "routing", **ENTRY}]


def test_a_kept_head_is_held_against_the_chain_and_a_break_is_an_exit_code(routing: Routing, tmp_path: Path) -> None:
    routing.answers = {"operations/audit:verify": (200, CHAIN)}
    kept = tmp_path / "heads.json"
    kept.write_text(run("audit", "verify", "--json").output)
    broken = CHAIN | {"intact": False, "broken_at": 3, "reason": "this entry was altered"}
    routing.answers = {"operations/audit:verify": (200, broken)}
    told = run("audit", "verify", "--against", str(kept))
    assert told.exit_code == 1
    assert "broken at entry 3" in " ".join(told.output.split())
    assert routing.asked[-1] == ("operations/audit:verify", {"sequence": 7, "hash": "a" * 64})
    kept.write_text("[]")
    with pytest.raises(CannotRun, match="holds no chains"):
        run("audit", "verify", "--against", str(kept))
