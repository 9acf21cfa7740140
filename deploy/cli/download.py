"""`haivan download`: get everything that a start needs, for a machine that will be offline or an image."""

import os

from deploy.cli.output import Json, console, print_json
from deploy.cli.registry import command
from deploy.cli.screen import Screen
from deploy.embedded.folders import cache_folder
from deploy.embedded.jars import fetch_jars
from deploy.embedded.kafka import find_java
from deploy.embedded.mongodb import find_mongodb
from deploy.embedded.progress import Silent


@command
def download(*, as_json: Json = False) -> None:
    """Download Kafka into the cache, and check that Java and mongod are here."""
    cache = cache_folder(os.environ)
    if as_json:
        jars = fetch_jars(cache, Silent())
    else:
        with Screen() as screen:
            jars = fetch_jars(cache, screen)
    found = {"kafka": str(jars), "java": str(find_java()), "mongod": str(find_mongodb(cache).program)}
    if as_json:
        print_json(found)
    else:
        console.print(f"Everything is here; Kafka's jars are in {jars}.")
