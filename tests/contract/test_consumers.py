"""The consumers that contracts name are the ones that the services have: no more, no fewer, and all of them run."""

import pytest

from shared.events import REGISTRY, Contract
from shared.topics import TOPICS
from tests.contract.records import CONTRACTS
from tests.contract.services import ROOT, SHARED, bound_handlers, consumptions, handler_files

named = [(contract, group) for contract in CONTRACTS for group in contract.consumers]


@pytest.mark.parametrize(("contract", "group"), named, ids=lambda each: getattr(each, "name", each))
def test_a_named_consumer_has_a_handler(contract: Contract, group: str) -> None:
    implemented = {each.group for each in consumptions() if each.type == contract.name}
    assert group in implemented, f"{contract.name} names {group} as a consumer, but no handler of it reacts"


def test_every_handler_is_named_by_its_contract() -> None:
    strangers = [each for each in consumptions() if each.group not in REGISTRY[each.type].consumers]
    assert not strangers


def test_a_group_is_named_after_the_capability_whose_handlers_it_runs() -> None:
    foreign = [each for each in consumptions() if each.capability not in {each.group, SHARED}]
    assert not foreign


def test_one_group_has_one_handler_for_a_type() -> None:
    pairs = [(each.group, each.type) for each in consumptions()]
    assert sorted(set(pairs)) == sorted(pairs)


@pytest.mark.parametrize("service", sorted({path.parents[1].name for path in handler_files()}))
def test_every_handler_of_a_service_is_bound_to_run(service: str) -> None:
    bound = bound_handlers(ROOT / "services" / service)
    declared = {each.handler for each in consumptions() if each.capability.startswith(f"{service}.")}
    assert declared <= bound, "declared with @consumes, but given to no reaction(...)"


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_whoever_consumes_a_topic_is_among_its_readers(topic: object) -> None:
    consumers = {group.partition(".")[0] for each in CONTRACTS if each.topic == topic for group in each.consumers}
    assert consumers <= set(getattr(topic, "readers", ()))
