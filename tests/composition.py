"""What `deploy/docker-compose.yml` says about one of its containers, as compose itself would read it."""

import os
import re
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML

from shared.settings import ROOT

COMPOSE_FILE = ROOT / "deploy" / "docker-compose.yml"
_CHOICE = re.compile(r"\$\{(\w+):-([^}]*)\}")


def described(container: str) -> dict[str, Any]:
    """The lines of one container, anchors followed and choices not yet made."""
    everything = YAML(typ="safe").load(COMPOSE_FILE.read_text(encoding="utf-8"))
    found: dict[str, Any] = everything["services"][container]
    return found


def image_of(container: str, environ: Mapping[str, str] = os.environ) -> str:
    """Its image; `KAFKA_TAG` and `MONGO_TAG` choose as they do for compose, an empty one as none."""
    text: str = described(container)["image"]
    return _CHOICE.sub(lambda found: environ.get(found[1]) or found[2], text)
