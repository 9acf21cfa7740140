"""The command line, `./haivan`.

One file per command or group of commands; nothing has to be registered by hand (`registry.py` finds them):

- `deploy/cli/<name>.py` with a function decorated by `@command` becomes `haivan <function's name>`;
- `deploy/cli/<name>.py` with a `typer.Typer()` called `app` becomes the group `haivan <name> …`.

Each takes `--json` (`output.Json`), prints people's text by `output.console` and data by `output.print_json`, and
raises `CannotRun(what, todo)` for whatever the person can do something about: it is shown without a traceback and
ends with exit code 1. A running system is found by `running.py`; Kafka's own figures come from `broker.py`.
"""
