"""`haivan env`: where the running system is, for a shell or another program."""

import os
import shlex

from deploy.cli.output import Json, print_json
from deploy.cli.registry import command
from deploy.cli.running import running
from deploy.embedded.folders import Home
from deploy.embedded.pair import MONGO_VARIABLES, override
from deploy.embedded.run_record import RunRecord


@command
def env(*, as_json: Json = False) -> None:
    """Print `export` lines: `eval "$(./haivan env)"`."""
    variables = variables_of(running(Home.of(os.environ)))
    if as_json:
        print_json(variables)
        return
    for name, value in variables.items():
        print(f"export {name}={shlex.quote(value)}")


def variables_of(record: RunRecord) -> dict[str, str]:
    """The addresses by the names that `shared.settings` reads."""
    return {
        "KAFKA_BOOTSTRAP_SERVERS": record.kafka_bootstrap,
        "MONGO_URL": override(os.environ, MONGO_VARIABLES) or record.mongo_url,
        **{f"HAIVAN_{name.upper()}_URL": url for name, url in record.urls.items()},
    }
