"""`docs/events.md`: the catalogue for people. A section per topic, a part per type of event."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path

from shared.events import Contract
from shared.events.catalogue.envelope import HEADERS, example_record
from shared.events.catalogue.fields import field_rows
from shared.events.catalogue.schemas import file_name, flowing, is_command, schema_of
from shared.topics import TOPICS, Topic, dead_letter_topic

_INTRODUCTION = Path(__file__).with_name("introduction.txt")


def events_page(contracts: Sequence[Contract]) -> str:
    """The whole page."""
    parts = [_INTRODUCTION.read_text("utf-8").replace("{headers}", _headers_table()), _overview(contracts)]
    parts += [_topic(topic, [each for each in contracts if each.topic == topic]) for topic in TOPICS]
    return "\n".join(part.rstrip() + "\n" for part in parts)


def _headers_table() -> str:
    rows = [(f"`{h.name}`", h.meaning, h.by_us, h.by_agencies) for h in HEADERS]
    return _table(("header", "says", "from us", "in an agency's update"), rows)


def _overview(contracts: Sequence[Contract]) -> str:
    rows = [
        (f"[`{topic.name}`](#{_anchor(topic)})", topic.purpose, _kept(topic), str(_count(topic, contracts)))
        for topic in TOPICS
    ]
    return "## Topics\n\n" + _table(("topic", "carries", "kept", "types"), rows)


def _count(topic: Topic, contracts: Iterable[Contract]) -> int:
    return sum(each.topic == topic for each in contracts)


def _topic(topic: Topic, contracts: Sequence[Contract]) -> str:
    rows = [
        ("purpose", topic.purpose),
        ("subject", f"{topic.subject}; order is promised per {topic.subject}"),
        ("key", _key(topic, contracts)),
        ("kept", _kept(topic)),
        ("partitions", str(topic.partitions)),
        ("readers", ", ".join(topic.readers)),
        ("dead letters", f"`{dead_letter_topic(topic.name)}`"),
    ]
    head = f'<a id="{_anchor(topic)}"></a>\n\n## `{topic.name}`\n\n' + _table(("", ""), rows)
    return "\n".join([head, *(_event(contract) for contract in contracts)])


def _key(topic: Topic, contracts: Sequence[Contract]) -> str:
    fields = {each.subject_field if topic.key == "subject" else topic.key for each in contracts}
    optional = "; an update may have none" if any(map(is_command, contracts)) else ""
    return " or ".join(f"`{name}`" for name in sorted(fields)) + optional


def _event(contract: Contract) -> str:
    return "\n".join(
        [
            f"### `{contract.name}`\n",
            f"{flowing(contract.model.__doc__ or '')}\n",
            _facts(contract),
            _table(("field", "what it may be", ""), [_field(*row) for row in field_rows(schema_of(contract))]),
            _example(contract),
        ]
    )


def _facts(contract: Contract) -> str:
    readers = ", ".join(f"`{group}`" for group in contract.consumers) or "the agency"
    schema = f"[version {contract.version}](../shared/events/schemas/{file_name(contract)})"
    writer = "the agency's own software" if is_command(contract) else f"`{contract.producer}`"
    return f"Class `{contract.model.__name__}` · written by {writer} · read by {readers} · schema {schema}\n"


def _field(name: str, kind: str, presence: str) -> tuple[str, str, str]:
    return f"`{name}`", kind.replace("|", "\\|"), presence


def _example(contract: Contract) -> str:
    topic, key, headers, value = example_record(contract)
    lines = [f"{name}: {text}" for name, text in headers.items()]
    record = "\n".join([f"topic: {topic}", f"key: {key}", *lines])
    return f"```text\n{record}\n```\n```json\n{value}```\n"


def _kept(topic: Topic) -> str:
    return "the newest record of each key (compacted)" if topic.kept is None else _days(topic.kept)


def _days(kept: timedelta) -> str:
    return "1 day" if kept.days == 1 else f"{kept.days} days"


def _anchor(topic: Topic) -> str:
    return topic.name.replace("{agency}", "agency").replace(".", "-")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
