"""`haivan doctor`: what is wrong here and what to do."""

import os

import typer
from rich.text import Text

from deploy.cli.output import Json, console, print_json
from deploy.cli.registry import command
from deploy.embedded.diagnosis import Finding, Level, examine
from deploy.embedded.folders import Home

_MARKS = {
    Level.OK: ("✓", "green"),
    Level.NOTE: ("·", "cyan"),
    Level.WARNING: ("!", "yellow"),
    Level.PROBLEM: ("✗", "bold red"),
}


@command
def doctor(*, as_json: Json = False) -> None:
    """Look at this machine: Python, Java, Kafka, mongod, disk, memory, ports, permissions. Exit code 1: a problem."""
    findings = []
    for finding in examine(Home.of(os.environ)):
        findings.append(finding)
        if not as_json:
            _show(finding)
    if as_json:
        print_json(findings)
    raise typer.Exit(1 if any(finding.level is Level.PROBLEM for finding in findings) else 0)


def _show(finding: Finding) -> None:
    mark, style = _MARKS[finding.level]
    console.print(Text.assemble((f"{mark} ", style), (f"{finding.about:<12}", "bold"), finding.says))
    if finding.todo:
        console.print(Text(f"{'':14}{finding.todo}", style=style))
