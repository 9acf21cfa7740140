"""The keys of an embedded system: made once, kept in its data folder, handed to the services as environment.

They are never made anew beside old data: what the vault's master key sealed would be lost without a word.
"""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from joserfc.jwk import OKPKey

from deploy.embedded.errors import CannotRun
from deploy.embedded.folders import Home

PRIVATE_KEY = "HAIVAN_TOKEN_PRIVATE_KEY"
"""Signs sign-in tokens; for routing only."""

_RANDOM_BYTES = {
    "HAIVAN_REFERENCE_KEY": 32,
    "HAIVAN_CODE_KEY": 32,
    "HAIVAN_MASTER_KEY": 96,  # what MongoDB's local key provider wants
    "HAIVAN_DEAD_LETTER_KEY": 32,
}
_NAMES = frozenset({*_RANDOM_BYTES, "HAIVAN_TOKEN_PUBLIC_KEY", PRIVATE_KEY})


def load_or_make_secrets(home: Home) -> dict[str, str]:
    """Environment variables by name.

    Raises:
        CannotRun: the file is damaged, or gone while the data it belongs to are still there.
    """
    if home.secrets_file.exists():
        return _load(home.secrets_file)
    if home.mongod.exists():
        raise CannotRun(
            f"{home.secrets_file} is gone, but data sealed with its keys are still there.",
            "Put the file back from a copy, or give the data up with `./haivan reset`.",
        )
    made = make_secrets()
    _save(home.secrets_file, made)
    return made


def make_secrets() -> dict[str, str]:
    """Fresh keys from the system's random source."""
    # As shared.security.new_token_keys does, without loading all of shared.security into every command.
    pair = OKPKey.generate_key("Ed25519", auto_kid=True)
    keys = {name: base64.b64encode(secrets.token_bytes(size)).decode() for name, size in _RANDOM_BYTES.items()}
    keys["HAIVAN_TOKEN_PUBLIC_KEY"] = json.dumps(pair.as_dict(private=False))
    keys[PRIVATE_KEY] = json.dumps(pair.as_dict(private=True))
    return keys


def secrets_for(service: str, keys: Mapping[str, str]) -> dict[str, str]:
    """The keys that a service may have."""
    return {name: key for name, key in keys.items() if name != PRIVATE_KEY or service == "routing"}


def _load(file: Path) -> dict[str, str]:
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        stored = {}
    if not isinstance(stored, dict) or set(stored) < _NAMES:
        raise CannotRun(f"{file} is damaged.", "Put it back from a copy, or give the data up with `./haivan reset`.")
    return {str(name): str(key) for name, key in stored.items()}


def _save(file: Path, keys: Mapping[str, str]) -> None:
    """All or nothing, and never readable by others, not even for a moment."""
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as output:  # noqa: PTH123  # opens a descriptor, not a path
        output.write(json.dumps(dict(keys), indent=2) + "\n")
        output.flush()
        os.fsync(output.fileno())
    fresh.replace(file)
