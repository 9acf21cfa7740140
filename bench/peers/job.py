"""The job that every peer does: validate a report, read it by 31 rules, keep a case, tell an agency.

Each peer is started as `python -m bench.peers.<name> BOOTSTRAP MONGO_URL PREFIX DATABASE GROUP`, reads
`<PREFIX>intake.reports.v1` from the start and writes `<DATABASE>.cases` and `<PREFIX>agencies.cdc.tasks.v1`.
"""

import re
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import orjson
from pydantic import BaseModel
from pymongo import MongoClient, UpdateOne
from pymongo.collection import Collection
from pymongo.write_concern import WriteConcern

BATCH = 500
PRODUCER = {"acks": "all", "batch.size": 131_072}
"""For librdkafka: its batches of 1 MB are refused by topics that take 256 kB at a time."""
MAJORITY = WriteConcern("majority", j=True)
Document = dict[str, Any]

_RULES = tuple(
    (urgency, re.compile(pattern))
    for urgency, pattern in (
        line.split("\t") for line in Path(__file__).with_name("rules.tsv").read_text(encoding="utf-8").splitlines()
    )
)


class Report(BaseModel):
    """What is checked of a report; other fields are let through."""

    report_id: str
    kind: str
    text: str
    received_at: str
    place: dict[str, Any]


class Task(BaseModel):
    """What the agency is sent."""

    task_id: str
    report_id: str
    kind: str
    urgency: str
    rules: list[int]


@dataclass(frozen=True, slots=True)
class Job:
    """Where it is done."""

    bootstrap: str
    mongo_url: str
    prefix: str
    database: str
    group: str

    @classmethod
    def given(cls) -> Self:
        """As the command line says."""
        return cls(*sys.argv[1:6])

    @property
    def reports(self) -> str:
        return f"{self.prefix}intake.reports.v1"

    @property
    def tasks(self) -> str:
        return f"{self.prefix}agencies.cdc.tasks.v1"

    def cases(self) -> Collection[Document]:
        """The collection, through PyMongo's blocking client."""
        client: MongoClient[Document] = MongoClient(self.mongo_url)
        return client[self.database].get_collection("cases", write_concern=MAJORITY)


def insist(error: object, _message: object) -> None:
    """What librdkafka calls for each record that was produced.

    Raises:
        RuntimeError: it was not accepted; a loop that goes on would be measured without what it lost.
    """
    if error is not None:
        raise RuntimeError(str(error))


def decide(report: Report) -> Task:
    """Which rules strike, and how urgent that is."""
    folded = _fold(report.text)
    struck = [number for number, (_, pattern) in enumerate(_RULES) if pattern.search(folded)]
    urgencies = {_RULES[number][0] for number in struck}
    urgency = next((each for each in ("high", "normal", "low") if each in urgencies), "normal")
    return Task(
        task_id=f"task-{report.report_id}",
        report_id=report.report_id,
        kind=report.kind,
        urgency=urgency,
        rules=struck,
    )


def task_of(value: bytes) -> Task:
    """Validate and decide."""
    return decide(Report.model_validate(orjson.loads(value)))


def case_of(task: Task) -> Document:
    return {**task.model_dump(), "status": "open"}


def upsert(task: Task) -> UpdateOne:
    """First write wins, so that a repeated report makes no second case."""
    return UpdateOne({"_id": task.report_id}, {"$setOnInsert": case_of(task)}, upsert=True)


def record(task: Task) -> bytes:
    """The task as it stands on the agency's topic."""
    return orjson.dumps(task.model_dump())


def _fold(text: str) -> str:
    """Without Vietnamese marks, in small letters."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(char for char in plain if not unicodedata.combining(char))
