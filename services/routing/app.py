"""Routing, assembled: who is given what, what is consumed, what is offered."""

from functools import partial

from fastapi import FastAPI

from services.routing.agencies.handlers import carry_out_updates, refuse_unreadable
from services.routing.agencies.store import GROUP as AGENCIES
from services.routing.agencies.store import MongoRefusals
from services.routing.areas import Areas
from services.routing.areas.handlers import keep_areas
from services.routing.cases.clocks import rules_of
from services.routing.cases.handlers import hear_reporters, open_cases, open_cases_for_flags
from services.routing.cases.store import MongoCases
from services.routing.cases.triaging import Triaging
from services.routing.triage.rules import load_rules
from shared.messaging import reaction
from shared.runtime import Parts, Runtime
from shared.settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """The ASGI application of routing."""
    runtime = Runtime("routing", settings)
    cases, refusals, areas = MongoCases(runtime), MongoRefusals(runtime), Areas(runtime)
    rules = rules_of(runtime.profile)
    triaging = Triaging(
        rule_set=load_rules(settings.profile / "triage"),
        rules=rules,
        areas=areas,
        references=runtime.references,
        clock=runtime.clock,
    )
    return runtime.app(
        Parts(
            title="Hải Vân – điều phối",
            routers=[],
            reactions=[
                reaction(open_cases, cases=cases, triaging=triaging),
                reaction(open_cases_for_flags, cases=cases, triaging=triaging),
                reaction(hear_reporters, cases=cases, triaging=triaging, clock=runtime.clock),
                reaction(carry_out_updates, cases=cases, refusals=refusals, rules=rules, clock=runtime.clock),
                reaction(keep_areas, areas=areas),
            ],
            answers={AGENCIES: partial(refuse_unreadable, refusals=refusals, clock=runtime.clock)},
            stores=[cases.aggregates, refusals.aggregates],
            prepare=[cases.prepare, areas.load],
        )
    )
