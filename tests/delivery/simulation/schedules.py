"""One schedule: what happens in which order, drawn from its seed; then everything heals, and the oracle looks."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any

import uvloop
from pymongo.errors import PyMongoError

from services.routing.cases.opening import case_id_of
from shared.consumer_loop import GroupLoop
from shared.errors import Refusal
from tests.delivery.evidence import Seen
from tests.delivery.oracle import Verdict, judge_events
from tests.delivery.simulation.broker import MemoryRecord
from tests.delivery.simulation.turns import Turns, settle
from tests.delivery.simulation.world import CASES, UPDATES, World

_STEPS = 35
_RECORDS = 3
_TO_HEAL = 400
"""Rounds after which a world that is not quiet has got stuck."""


@dataclass(slots=True)
class Play:
    """A schedule under way."""

    world: World
    chance: Random

    async def step(self) -> None:
        """One operation goes on, or something happens."""
        if self.chance.random() < 0.7 and self.world.turns.let_one_go():
            await settle()
            return
        happens = self.chance.choices(
            (self.submit, self.add_words, self.update, self.consume, self.relay, self.kill, self.rebalance),
            weights=(3, 2, 2, 6, 2, 1, 1),
        )[0]
        self.world.turns.trace.append(happens.__name__)
        await happens()
        await settle()

    async def submit(self) -> None:
        """A new report, or one that was tried before, as a phone does that heard no answer."""
        known = len(self.world.tried)
        number = self.chance.randrange(known + 1) if known < _RECORDS else self.chance.randrange(known)
        self._ask(self.world.submit(f"r{number}"))

    async def add_words(self) -> None:
        accepted = sorted(self.world.accepted)
        if accepted:
            report = self.chance.choice(accepted)
            self._ask(self.world.add_words(report, f"{report}/words/{self.chance.randrange(2)}"))

    async def update(self) -> None:
        """An agency's program answers one of its tasks; sometimes it says so twice."""
        tasks = [task["id"] for case in self._cases() for task in case["state"]["tasks"]]
        if tasks:
            task, step = self.chance.choice(tasks), self.chance.choice(("acknowledge", "progress", "resolve"))
            headers = {"ce_id": f"{task}/{step}", "ce_type": f"agencies.updates.{step}", "ce_source": "/agencies/cdc"}
            headers |= {"ce_specversion": "1.0", "content-type": "application/json"}
            value = f'{{"task_id": "{task}", "text": "Xong"}}'.encode()
            self.world.broker.append(UPDATES, None, value, [(name, text.encode()) for name, text in headers.items()])

    async def consume(self, most: int | None = None) -> None:
        """Each idle loop takes what there is, a little or all of it."""
        for process in self.world.processes.values():
            for loop, consumer in process.loops:
                if not loop.is_busy and (records := consumer.poll(most or self.chance.choice((1, 2, 500)))):
                    loop.is_busy = True
                    process.begin(loop.take(records, consumer))

    async def relay(self) -> None:
        process = self.world.processes[self.chance.choice(tuple(self.world.processes))]
        self._ask(process.relay._look(), process)

    async def kill(self) -> None:
        await self.kill_one(self.chance.choice(tuple(self.world.processes)))

    async def kill_one(self, name: str) -> None:
        owned = any(consumer.owns for _, consumer in self.world.processes[name].loops)
        await self.world.processes[name].kill()
        self.world.live(name)
        if owned and name != "intake":
            self.world.rebalance()

    async def rebalance(self) -> None:
        self.world.rebalance()

    async def heal(self) -> bool:
        """No more faults: everything begins anew and goes on until nothing is left; False when that never comes."""
        self.world.turns.faulty = 0
        for name in self.world.processes:
            await self.kill_one(name)
        for _ in range(_TO_HEAL):
            while self.world.turns.let_one_go():
                await settle()
            if self._is_quiet():
                return True
            for process in self.world.processes.values():
                self._ask(process.relay._look(), process)
            await self.consume(500)
            await settle()
        return False

    async def end(self) -> None:
        for process in self.world.processes.values():
            await process.kill()

    def _ask(self, work: Any, process: Any = None) -> None:
        """Somebody asks a process; when it dies or fails, nobody has heard anything."""
        (process or self.world.processes["intake"]).begin(_unheard(work))

    def _cases(self) -> list[dict[str, Any]]:
        return list(self.world.databases["routing"]["cases"].documents.values())

    def _is_quiet(self) -> bool:
        collections = [each for base in self.world.databases.values() for each in base.collections.values()]
        pending = any("pending_since" in each for some in collections for each in some.documents.values())
        loops = [pair for process in self.world.processes.values() for pair in process.loops]
        behind = any(consumer.lag for _, consumer in loops)
        return not pending and not behind and not any(loop.is_busy for loop, _ in loops)


async def _unheard(work: Any) -> None:
    with suppress(PyMongoError, OSError, Refusal):  # the client tries again some day, or never
        await work


async def run_schedule(seed: int, loop: type[GroupLoop] = GroupLoop) -> tuple[Verdict, list[str]]:
    """Play one schedule; returns what the oracle found and what happened."""
    chance = Random(seed)
    turns = Turns(chance, faulty=chance.choice((0.0, 0.1, 0.3)))
    play = Play(World(turns, loop), chance)
    try:
        for _ in range(_STEPS):
            await play.step()
        is_healed = await play.heal()
    finally:
        await play.end()
    verdict = judge_world(play.world)
    if not is_healed:
        verdict.lost.append("it never came to rest")
    return verdict, turns.trace


def judge_world(world: World) -> Verdict:
    """The oracle over stores and logs in memory."""
    seen = [_seen(record) for log in world.broker.logs.values() for record in log]
    verdict = judge_events(seen)
    reports, cases = world.databases["intake"]["reports"].documents, world.databases["routing"]["cases"].documents
    told = {(each.type, each.subject) for each in seen}
    received = {subject for kind, subject in told if kind == "intake.reports.received"}
    verdict.hold("report", due=world.accepted, stored=set(reports), told=received, asked=world.tried)
    due = {case_id_of(each) for each in reports}
    opened = {subject for kind, subject in told if kind == "routing.cases.opened"}
    verdict.hold("case", due=due, stored=set(cases), told=opened, asked=due)
    entries = [(entry["cause"], entry["what"]) for case in cases.values() for entry in case["state"]["timeline"]]
    verdict.once("step", (each for each in entries if each[1] != "opened"))
    words = {each.id for each in seen if each.type == "intake.reports.answered_by_reporter"}
    updates = {each.id for each in seen if each.topic == UPDATES}
    refused = {each["state"]["update_id"] for each in world.databases["routing"]["refusals"].documents.values()}
    carried = {cause for cause, what in entries if what != "opened"}
    verdict.lost += [f"update {each}" for each in sorted((words | updates) - carried - refused)]
    verdict.double += [f"update {each} carried out and refused" for each in sorted(carried & refused)]
    accepted_words = {command for report in reports.values() for command in _applied(report)}
    verdict.lost += [f"words {each}" for each in sorted(world.said - accepted_words)]
    progress = world.databases["intake"]["report_progress"].documents.values()
    steps = {step for document in progress for step in document["steps"]}
    of_cases = {each.id for each in seen if each.topic == CASES}
    verdict.hold("progress", due=of_cases, stored=steps, told=of_cases, asked=of_cases)
    assigned = {each.said["task_id"] for each in seen if each.type == "routing.cases.assigned"}
    at_agency = {each.said["task_id"] for each in seen if each.type == "agencies.tasks.assigned"}
    verdict.hold("task", due=assigned, stored=assigned, told=at_agency, asked=assigned)
    verdict.dead += [str(each) for each in world.dead]
    said_words = sum(report["state"]["answers"] for report in reports.values())
    if said_words != len(words):
        verdict.lost.append(f"{said_words} additions stored, {len(words)} told")
    return verdict


def _applied(report: dict[str, Any]) -> list[str]:
    return [each["id"] for each in report["applied"]]


def _seen(record: MemoryRecord) -> Seen:
    said = {name: value.decode() for name, value in record.headers}
    sequence = int(said.get("ce_sequence") or 0)
    subject, cause = said.get("ce_subject", ""), said.get("ce_causationid", "")
    return Seen(record.topic, said["ce_type"], said["ce_id"], subject, sequence, record.value, cause)


def play_all(seeds: range, loop: type[GroupLoop] = GroupLoop) -> tuple[int, str] | None:
    """Play these schedules one after the other; the first that went wrong as (seed, what was found), or None."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for seed in seeds:
            verdict, _ = runner.run(run_schedule(seed, loop))
            if not verdict:
                return seed, str(verdict)
    return None
