"""Cases, tasks and accounts for tests, with what matters named at the call."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from services.routing.accounts.domain import Account
from services.routing.cases.clocks import rules_of
from services.routing.cases.domain import Actor, Case, Origin, Reason, Task, Through, new_task
from services.routing.cases.opening import task_id_of
from services.routing.cases.work import Rules, Step, Work
from shared.events.cases import Category, Urgency
from shared.profile import Profile, load_profile
from shared.security.people import Role
from shared.settings import ROOT

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
"""Twelve o'clock in Huế."""
CASE = "7b0c8f52-95f1-5a55-8f5e-0f9a1c3b2d10"
REPORT = "019a0b7e-3c1d-7e52-9c55-0d7b1f0f8a11"
AGENCIES = ("cdc", "hospital", "police", "checkpoint", "information-desk", "education")


@cache
def hue() -> Profile:
    return load_profile(ROOT / "profiles" / "hue")


@cache
def rules() -> Rules:
    return rules_of(hue())


def after(**time: float) -> datetime:
    return NOON + timedelta(**time)


def a_task(agency: str = "cdc", number: int = 1, urgency: Urgency = Urgency.HIGH, **fields: Any) -> Task:
    return replace(new_task(task_id_of(CASE, agency, number), agency, urgency, rules().clocks, NOON), **fields)


def a_case(*agencies: str, **fields: Any) -> Case:
    urgency = fields.get("urgency", Urgency.HIGH)
    given: dict[str, Any] = {
        "id": CASE,
        "origin": Origin.REPORT,
        "report_id": REPORT,
        "kind": "suspected_infection",
        "words": "Con tôi sốt, ho và khó thở; không mất vị giác",
        "category": Category.SUSPECTED_INFECTION,
        "urgency": urgency,
        "symptoms": ("fever", "cough", "dyspnea"),
        "negated_symptoms": ("anosmia",),
        "trail": (Reason(rule="u-breathless", words="khó thở", effect="urgency high"),),
        "rules_version": "test-1",
        "tasks": tuple(a_task(agency, urgency=urgency) for agency in agencies or ("cdc",)),
        "received_at": NOON,
        "opened_at": NOON,
    }
    return Case(**(given | fields))


def a_step(step: Step = Step.ACKNOWLEDGE, agency: str = "cdc", number: int = 1, **fields: Any) -> Work:
    given: dict[str, Any] = {
        "step": step,
        "task_id": task_id_of(CASE, agency, number),
        "actor": Actor(account=f"{agency}-1", through=Through.PAGE, agency=agency),
        "text": "" if step is Step.ACKNOWLEDGE else "Đội đang trên đường.",
        "cause": "command-1",
    }
    return Work(**(given | fields))


def an_account(**fields: Any) -> Account:
    given: dict[str, Any] = {
        "id": "tran-thi-hoa",
        "name": "Trần Thị Hoa",
        "roles": (Role.OFFICER,),
        "agency": "cdc",
        "password_hash": "$argon2id$secret",
        "made_at": NOON,
    }
    return Account(**(given | fields))
