"""Each event is made in the one capability that its contract names, and that one does make it."""

import re

import pytest

from shared.events import REGISTRY, Contract
from shared.events.catalogue.schemas import is_command
from tests.contract.records import CONTRACTS, FACTS
from tests.contract.services import ROOT, Construction, constructions, names_used

EVERY_SERVICE = "every service"
BY_CLASS = {contract.model.__name__: contract for contract in CONTRACTS}


def home_of(contract: Contract) -> str:
    """The folder whose code may make the event."""
    if contract.producer == EVERY_SERVICE:
        return "shared/"
    return "services/" + contract.producer.replace(".", "/") + "/"


def is_at_home(made: Construction) -> bool:
    contract = BY_CLASS[made.event]
    return not is_command(contract) and made.file.startswith(home_of(contract))


def test_events_are_made_nowhere_but_in_their_producer() -> None:
    strays = [f"{made.file}:{made.line} makes {made.event}" for made in constructions() if not is_at_home(made)]
    assert not strays


@pytest.mark.parametrize("contract", FACTS, ids=lambda contract: contract.name)
def test_a_named_producer_makes_its_event(contract: Contract) -> None:
    home = ROOT / home_of(contract)
    files = names_used(home) if contract.producer != EVERY_SERVICE else {made.event for made in constructions()}
    assert contract.model.__name__ in files, f"{contract.producer} is named as producer of {contract.name}"


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
def test_a_type_is_named_after_its_topic(contract: Contract) -> None:
    topic = contract.topic.name.replace("{agency}.", "").rpartition(".")[0]
    assert re.fullmatch(re.escape(topic) + r"\.[a-z_]+", contract.name)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
def test_a_fact_is_produced_by_the_service_that_owns_its_topic(contract: Contract) -> None:
    owner = contract.topic.name.partition(".")[0]
    producer = contract.producer.partition(".")[0]
    outward = {"agencies": {"routing", "agency"}, "platform": {EVERY_SERVICE}}
    assert producer in outward.get(owner, {owner})


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
def test_subject_and_key_are_fields_that_are_always_there(contract: Contract) -> None:
    required = {name for name, field in contract.model.model_fields.items() if field.is_required()}
    key = contract.subject_field if contract.topic.key == "subject" else contract.topic.key
    assert {contract.subject_field, key} <= required


def test_no_two_contracts_share_a_class() -> None:
    assert len(BY_CLASS) == len(REGISTRY)
