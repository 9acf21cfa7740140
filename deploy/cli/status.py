"""`haivan status`: what runs, where, and how it is."""

import os
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

import msgspec
import psutil
import typer
from rich.text import Text

from deploy.cli.output import Json, console, print_json, print_table
from deploy.cli.registry import command
from deploy.cli.running import find_running
from deploy.embedded.folders import Home
from deploy.embedded.http_probe import Answer, get
from deploy.embedded.kafka import answers_as_kafka
from deploy.embedded.mongod import answers_as_primary
from deploy.embedded.ports import LOOPBACK
from deploy.embedded.run_record import ChildRecord, RunRecord
from deploy.embedded.service import SERVICES
from shared.clock import now

_NOT_RUNNING = 3  # what `systemctl status` and init scripts answer then
_NOT_READY = 1
_MEGABYTE = 1024 * 1024


class ChildStatus(msgspec.Struct, frozen=True):
    """One child now. `health` and `ready` of Kafka and MongoDB are whether they answer a client."""

    name: str
    pid: int
    alive: bool
    healthy: bool
    ready: bool
    degraded: list[str]
    memory_mb: int | None
    url: str
    log: str


class Status(msgspec.Struct, frozen=True):
    running: bool
    state: str | None = None
    pid: int | None = None
    up_seconds: int | None = None
    kafka_bootstrap: str | None = None
    mongo_url: str | None = None
    children: list[ChildStatus] = []

    @property
    def exit_code(self) -> int:
        if not self.running:
            return _NOT_RUNNING
        return 0 if all(child.ready for child in self.children) else _NOT_READY


@command
def status(
    *,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only the exit code.")] = False,
    as_json: Json = False,
) -> None:
    """Show children, addresses, health and readiness. Exit code 0: all ready; 1: not all; 3: nothing runs."""
    home = Home.of(os.environ)
    found = status_of(find_running(home))
    if as_json:
        print_json(found)
    elif not quiet:
        _show(found, home)
    raise typer.Exit(found.exit_code)


def status_of(record: RunRecord | None) -> Status:
    """Ask every child how it is."""
    if record is None:
        return Status(running=False)
    return Status(
        running=True,
        state=record.state,
        pid=record.pid,
        up_seconds=int((now() - record.started_at).total_seconds()),
        kafka_bootstrap=record.kafka_bootstrap,
        mongo_url=record.mongo_url,
        children=[_child(name, child, record) for name, child in record.children.items()],
    )


def _child(name: str, child: ChildRecord, record: RunRecord) -> ChildStatus:
    process = child.alive()
    healthy, ready, degraded = _probe(name, child.port) if process else (False, False, [])
    return ChildStatus(
        name=name,
        pid=child.pid,
        alive=process is not None,
        healthy=healthy,
        ready=ready,
        degraded=degraded,
        memory_mb=_memory(process),
        url=record.urls.get(name, f"{LOOPBACK}:{child.port}"),
        log=child.log,
    )


def _probe(name: str, port: int) -> tuple[bool, bool, list[str]]:
    if name not in SERVICES:
        answers = answers_as_kafka(LOOPBACK, port) if name == "kafka" else answers_as_primary(port)
        return answers, answers, []
    health, readiness = get(LOOPBACK, port, "/healthz"), get(LOOPBACK, port, "/readyz")
    return _is_ok(health), _is_ok(readiness), _degraded(readiness)


def _is_ok(answer: Answer | None) -> bool:
    return answer is not None and answer.status == HTTPStatus.OK


def _degraded(answer: Answer | None) -> list[str]:
    """What `/readyz` names as degraded."""
    try:
        body = msgspec.json.decode(answer.body) if answer else None
    except msgspec.DecodeError:
        return []
    named = body.get("degraded") if isinstance(body, dict) else None
    return [str(name) for name in named] if isinstance(named, list) else []


def _memory(process: psutil.Process | None) -> int | None:
    try:
        return process.memory_info().rss // _MEGABYTE if process else None
    except psutil.NoSuchProcess:
        return None


def _show(found: Status, home: Home) -> None:
    if not found.running:
        console.print(f"Nothing runs in {home.root}. Start it with `./haivan up`.")
        return
    up = timedelta(seconds=found.up_seconds or 0)
    console.print(f"{headline_of(found)}, for {up}, pid {found.pid}, data in {home.root}")
    columns = ("name", "state", "at", "#pid", "#MB", "log")
    print_table(columns, [_row(child) for child in found.children])


def headline_of(found: Status) -> str:
    """The state of the whole: that it once was ready is no news while a child is not."""
    not_ready = [child.name for child in found.children if not child.ready]
    if found.state != "ready" or not not_ready:
        return str(found.state)
    return f"NOT READY ({', '.join(not_ready)})"


def _row(child: ChildStatus) -> tuple[object, ...]:
    return (child.name, _word(child), child.url, child.pid, child.memory_mb or "", child.log)


def _word(child: ChildStatus) -> Text:
    if not child.alive:
        return Text("dead", style="bold red")
    if not child.ready:
        return Text("alive, not ready" if child.healthy else "no answer", style="red")
    if child.degraded:
        return Text(f"degraded: {', '.join(child.degraded)}", style="yellow")
    return Text("ready", style="green")
