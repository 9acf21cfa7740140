"""`haivan download`: get everything that a start needs, for a machine that will be offline or an image."""

import os
from pathlib import Path

from deploy.cli.output import Json, console, print_json
from deploy.cli.registry import command
from deploy.cli.screen import Screen
from deploy.embedded.folders import cache_folder
from deploy.embedded.jars import fetch_jars
from deploy.embedded.java import Java, find_java
from deploy.embedded.mongodb import find_mongodb
from deploy.embedded.progress import Progress, Silent
from deploy.embedded.quick_start import quick_start_options


@command
def download(*, as_json: Json = False) -> None:
    """Download Kafka into the cache, and check that Java and mongod are here."""
    cache = cache_folder(os.environ)
    java, mongodb = find_java(), find_mongodb(cache)
    if as_json:
        jars = _prepare(cache, java, Silent())
        print_json({"kafka": str(jars), "java": str(java.program), "mongod": str(mongodb.program)})
        return
    with Screen() as screen:
        jars = _prepare(cache, java, screen)
    console.print(f"Everything is here; Kafka's jars are in {jars}.")


def _prepare(cache: Path, java: Java, progress: Progress) -> Path:
    jars = fetch_jars(cache, progress)
    quick_start_options(cache, jars, java, progress)
    return jars
