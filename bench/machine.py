"""What was measured on: the machine, the versions, and how busy it was."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

import psutil

from deploy.embedded.jars import KAFKA_VERSION
from deploy.embedded.pair import Pair


def machine(pair: Pair) -> str:
    """Processor, cores, memory and the versions of what runs."""
    from pymongo import MongoClient  # noqa: PLC0415 - only this line asks the server

    with MongoClient[dict[str, object]](pair.mongo_url) as client:
        mongod = client.server_info()["version"]
    memory = psutil.virtual_memory().total / 2**30
    parts = [
        f"{os.cpu_count()} cores of {_processor()}",
        f"{memory:.0f} GB",
        f"Python {platform.python_version()}",
        f"Kafka {KAFKA_VERSION}",
        f"MongoDB {mongod}",
        f"FastStream {version('faststream')}",
        f"aiokafka {version('aiokafka')}",
    ]
    return ", ".join(parts)


def load_average() -> str:
    """Of the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
