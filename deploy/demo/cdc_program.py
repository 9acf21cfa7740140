"""The CDC's own program, `docs/samples/cdc.py`, run as an agency would: a process that knows nothing but Kafka."""

import os
import sys
from pathlib import Path

from deploy.embedded.child import Child
from shared.settings import ROOT

STOP_SECONDS = 5.0


def cdc_program(bootstrap: str, logs: Path, prefix: str = "") -> Child:
    """Not yet started; it answers every task of the CDC until it is stopped.

    Args:
        bootstrap: Kafka's addresses.
        logs: the folder of its log.
        prefix: the topic prefix of the installation.
    """
    return Child(
        "cdc-sample",
        [sys.executable, str(ROOT / "docs" / "samples" / "cdc.py")],
        log=logs / "cdc-sample.log",
        env={"PATH": os.environ.get("PATH", ""), "KAFKA_BOOTSTRAP_SERVERS": bootstrap}
        | {"HAIVAN_TOPIC_PREFIX": prefix, "PYTHONUNBUFFERED": "1"},
        cwd=ROOT,
    )
