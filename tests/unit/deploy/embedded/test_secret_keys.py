import base64
import json
from pathlib import Path

import pytest

from deploy.embedded.errors import CannotRun
from deploy.embedded.folders import Home
from deploy.embedded.secret_keys import PRIVATE_KEY, load_or_make_secrets, make_secrets, secrets_for
from shared.clock import now
from shared.security.people import Person, Role
from shared.security.tokens import TokenIssuer, TokenReader
from shared.settings import Settings


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


def test_secrets_are_made_once_and_stay_the_same(home: Home) -> None:
    assert load_or_make_secrets(home) == load_or_make_secrets(home)


def test_two_systems_have_different_secrets() -> None:
    first, second = make_secrets(), make_secrets()
    assert all(first[name] != second[name] for name in first)


def test_only_the_owner_can_read_the_file_and_the_folder(home: Home) -> None:
    load_or_make_secrets(home)
    assert home.secrets_file.stat().st_mode & 0o777 == 0o600
    assert home.root.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("name", "size"),
    [("REFERENCE_KEY", 32), ("CODE_KEY", 32), ("MASTER_KEY", 96), ("DEAD_LETTER_KEY", 32)],
)
def test_keys_have_the_length_that_their_use_wants(name: str, size: int) -> None:
    assert len(base64.b64decode(make_secrets()[f"HAIVAN_{name}"])) == size


def test_what_the_private_key_signs_the_public_key_verifies() -> None:
    keys = make_secrets()
    officer = Person(account="a", name="Lan", roles=frozenset({Role.OFFICER}), session="s")
    token = TokenIssuer(keys[PRIVATE_KEY]).issue(officer, now())
    assert TokenReader(keys["HAIVAN_TOKEN_PUBLIC_KEY"]).read(token, now()).person.account == "a"


def test_the_public_key_has_no_private_part() -> None:
    assert "d" not in json.loads(make_secrets()["HAIVAN_TOKEN_PUBLIC_KEY"])


def test_only_routing_gets_the_private_key() -> None:
    keys = make_secrets()
    assert PRIVATE_KEY in secrets_for("routing", keys)
    for service in ("intake", "checkpoints", "notifications"):
        assert PRIVATE_KEY not in secrets_for(service, keys)


def test_settings_of_a_service_can_be_read_from_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, key in make_secrets().items():
        monkeypatch.setenv(name, key)
    assert Settings().token_private_key is not None


def test_secrets_that_are_gone_are_not_made_anew_beside_old_data(home: Home) -> None:
    home.mongod.mkdir()
    with pytest.raises(CannotRun, match="is gone, but data sealed with its keys are still there"):
        load_or_make_secrets(home)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"HAIVAN_CODE_KEY": "x"}'])
def test_a_damaged_file_is_told_and_left_alone(home: Home, content: str) -> None:
    home.secrets_file.write_text(content)
    with pytest.raises(CannotRun, match="is damaged"):
        load_or_make_secrets(home)
    assert home.secrets_file.read_text() == content
