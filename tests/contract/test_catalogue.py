"""The committed catalogue: it says what the contracts say, and it tells nothing about anybody."""

import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]  # it ships no types

from shared.events import REGISTRY, Contract, read_record
from shared.events.catalogue.files import SCHEMAS, stale_files, wanted_files
from shared.events.catalogue.schemas import example_of, file_name, schema_of
from shared.identity import masked_counts
from shared.topics import TOPICS
from tests.contract.records import CONTRACTS, pending_example
from tests.contract.services import ROOT

WANTED = wanted_files(REGISTRY)
PAGE = WANTED["docs/events.md"]

# Looser than what masking looks for, and made apart from it: a number that merely looks like one fails here.
PHONE = re.compile(r"(?<![\w.+])(?:\+?84|0)(?:[ .-]?\d){8,10}(?![\w-])")
CITIZEN = re.compile(r"(?<!\w)\d{3}[ .-]?\d{3}[ .-]?\d{3}[ .-]?\d{3}(?!\w)|(?<!\w)\d{9}(?!\w)")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
PLATE = re.compile(r"(?<!\w)\d{2}-?[A-ZĐ]{1,2}\d?[ -]?\d{3}\.?\d{2}(?!\w)")
# Sequences, the ids of the examples, and how long a topic is kept.
NOT_ABOUT_ANYBODY = re.compile(r'\b0{12}\d{8}\b|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|"retention.ms": \d+')

WORDS = re.compile(r'"([a-z]+(?:-[a-z]+)*)"')

every_contract = pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)


def test_the_committed_catalogue_says_what_the_contracts_say() -> None:
    stale = stale_files(ROOT, WANTED, REGISTRY.values())
    assert not stale, "python -m shared.events.catalogue write"


@every_contract
def test_a_schema_takes_its_example(contract: Contract) -> None:
    schema = schema_of(contract)
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(example_of(contract))


@every_contract
def test_a_schema_takes_what_is_really_sent(contract: Contract) -> None:
    sent = json.loads(pending_example(contract).data)
    Draft202012Validator(schema_of(contract), format_checker=FormatChecker()).validate(sent)


@every_contract
def test_an_example_shows_every_field_that_is_always_there(contract: Contract) -> None:
    assert set(schema_of(contract).get("required", ())) <= set(contract.example) <= set(contract.model.model_fields)


@every_contract
def test_an_event_says_what_it_means(contract: Contract) -> None:
    assert contract.model.__doc__ not in {None, *(base.__doc__ for base in contract.model.__bases__)}


@every_contract
def test_the_page_tells_each_event(contract: Contract) -> None:
    section = PAGE.split(f"### `{contract.name}`\n")[1].split("\n### ")[0].split("\n## ")[0]
    assert file_name(contract) in section
    assert all(f"`{group}`" in section for group in contract.consumers)
    assert all(f"| `{name}` |" in section for name in schema_of(contract)["properties"])
    assert f"ce_type: {contract.name}" in section


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_the_page_tells_each_topic(topic: Any) -> None:
    section = PAGE.split(f"\n## `{topic.name}`\n")[1].split("\n### ")[0]
    assert topic.purpose in section
    assert f"| partitions | {topic.partitions} |" in section
    assert ", ".join(topic.readers) in section


def test_the_page_tells_every_reason_why_a_record_cannot_be_read() -> None:
    source = Path(inspect.getfile(read_record)).read_text("utf-8")
    reasons = {reason for raised in re.findall(r"InvalidMessage\((.+)\)", source) for reason in WORDS.findall(raised)}
    assert reasons >= {"tombstone", "not-json", "too-large", "unknown-type", "no-type"}
    assert not [reason for reason in reasons if f"| `{reason}` |" not in PAGE]


def test_every_link_of_the_page_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", PAGE):
        assert (ROOT / "docs" / target).exists(), target
    for anchor in re.findall(r"\]\(#([^)]+)\)", PAGE):
        assert f'<a id="{anchor}"></a>' in PAGE


@pytest.mark.parametrize(
    "pattern", [PHONE, CITIZEN, EMAIL, PLATE], ids=["phone", "citizen's number", "e-mail", "plate"]
)
def test_no_committed_file_of_the_catalogue_names_anybody(pattern: re.Pattern[str]) -> None:
    files = [*(ROOT / SCHEMAS).glob("*.json"), *(ROOT / path for path in WANTED if path.startswith("docs/"))]
    texts = {path.name: NOT_ABOUT_ANYBODY.sub("", path.read_text("utf-8")) for path in files}
    found = {name: pattern.findall(text) for name, text in texts.items()}
    assert not {name: hits for name, hits in found.items() if hits}


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (PHONE, "gọi 0905 123 456 nhé"),
        (PHONE, "+84905123456"),
        (CITIZEN, "số 046090000001"),
        (CITIZEN, "046 090 000 001"),
        (EMAIL, "a.b@example.vn"),
        (PLATE, "xe 75A-123.45"),
        (PLATE, "75F1 23456"),
    ],
)
def test_the_patterns_see_what_they_look_for(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(NOT_ABOUT_ANYBODY.sub("", text))


@every_contract
def test_masking_finds_nothing_to_mask_in_an_example(contract: Contract) -> None:
    sentences = [text for text in _texts(contract.example) if " " in text]
    assert not [text for text in sentences if masked_counts(text)]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(each)
