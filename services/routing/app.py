"""Routing, assembled: who is given what, what is consumed, what is offered."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from fastapi import FastAPI

from services.routing.accounts import api as accounts_api
from services.routing.accounts import operator_pages
from services.routing.accounts import pages as accounts_pages
from services.routing.accounts.desk import AccountDesk
from services.routing.accounts.store import MongoAccounts
from services.routing.agencies import pages as agencies_pages
from services.routing.agencies.handlers import carry_out_updates, refuse_unreadable
from services.routing.agencies.store import GROUP as AGENCIES
from services.routing.agencies.store import MongoRefusals
from services.routing.areas import Areas
from services.routing.areas.handlers import keep_areas
from services.routing.cases import api as cases_api
from services.routing.cases import pages as cases_pages
from services.routing.cases.clocks import rules_of
from services.routing.cases.desk import CaseDesk
from services.routing.cases.handlers import hear_reporters, open_cases, open_cases_for_flags
from services.routing.cases.live import LiveCases
from services.routing.cases.pages import CasePages
from services.routing.cases.screens import Queues
from services.routing.cases.store import MongoCases
from services.routing.cases.triaging import Triaging
from services.routing.cases.work import Rules
from services.routing.triage.rules import load_rules
from shared.messaging import Reaction, reaction
from shared.runtime import Parts, Runtime
from shared.security.passwords import Passwords
from shared.security.tokens import TokenIssuer
from shared.settings import Settings

HERE = Path(__file__).parent


def create_app(settings: Settings) -> FastAPI:
    """The ASGI application of routing."""
    runtime = Runtime("routing", settings)
    cases, refusals, areas = MongoCases(runtime), MongoRefusals(runtime), Areas(runtime)
    rules, accounts = rules_of(runtime.profile), account_desk(runtime)
    desk = CaseDesk(cases=cases, rules=rules, audit=runtime.audit, clock=runtime.clock)
    pages = runtime.pages(HERE / "accounts", HERE / "cases", HERE / "agencies")
    case_pages = CasePages(
        desk=desk,
        queues=Queues(cases, pages, runtime.profile, runtime.clock),
        live=LiveCases(cases.changed_ids),
        streams=runtime.streams,
        settings=settings,
    )
    staffing = _staffing(accounts, settings)
    return runtime.app(
        Parts(
            title="Hải Vân – điều phối",
            routers=[
                accounts_api.router(accounts),
                cases_api.router(desk),
                accounts_pages.router(accounts, pages, settings),
                operator_pages.router(accounts, pages, runtime.profile),
                cases_pages.router(case_pages),
                agencies_pages.router(desk, refusals, pages, settings),
            ],
            reactions=[
                *case_reactions(runtime, cases, areas, rules),
                reaction(carry_out_updates, cases=cases, refusals=refusals, rules=rules, clock=runtime.clock),
                reaction(keep_areas, areas=areas),
            ],
            answers={AGENCIES: partial(refuse_unreadable, refusals=refusals, clock=runtime.clock)},
            prepare=[*(store.prepare for store in (cases, refusals, accounts.accounts)), areas.load, *staffing],
            pages=pages,
            layout="console.html",
            accounts=accounts.accounts,
        )
    )


def _staffing(accounts: AccountDesk, settings: Settings) -> list[Callable[[], Awaitable[None]]]:
    """Who can sign in before anybody has made an account."""
    if settings.is_for_trying:
        return [accounts.staff_the_demo]
    if settings.operator_password is None:
        return []
    return [partial(accounts.seat_the_first_operator, settings.operator_password.get_secret_value())]


def account_desk(runtime: Runtime) -> AccountDesk:
    return AccountDesk(
        accounts=MongoAccounts(runtime),
        passwords=Passwords(),
        issuer=TokenIssuer(private_token_key(runtime.settings)),
        audit=runtime.audit,
        clock=runtime.clock,
    )


def case_reactions(runtime: Runtime, cases: MongoCases, areas: Areas, rules: Rules) -> list[Reaction]:
    """Facts first: a report that comes in the same batch as its reporter's next word has its case by then."""
    triaging = Triaging(
        rule_set=load_rules(runtime.settings.profile / "triage"),
        rules=rules,
        areas=areas,
        references=runtime.references,
        clock=runtime.clock,
    )
    return [
        reaction(open_cases, cases=cases, triaging=triaging),
        reaction(open_cases_for_flags, cases=cases, triaging=triaging),
        reaction(hear_reporters, cases=cases, triaging=triaging, clock=runtime.clock),
    ]


def private_token_key(settings: Settings) -> str:
    """The key that signs sign-in tokens.

    Raises:
        ValueError: the settings hold none; only routing has it, and routing cannot do without.
    """
    if settings.token_private_key is None:
        raise ValueError("routing needs HAIVAN_TOKEN_PRIVATE_KEY to sign people in")
    return settings.token_private_key.get_secret_value()
