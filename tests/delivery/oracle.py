"""What really happened: read back from Kafka and MongoDB, whatever anybody claims.

lost    acknowledged, but not in the store or not on the topic
double  one cause, two effects: two aggregates, or two different event ids for the same subject and sequence
phantom in the store, but never sent by the client
order   first sight of each subject's events is in the order of their sequences
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer

from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Seen:
    """One record as it stands on a topic."""

    topic: str
    type: str
    id: str
    subject: str
    sequence: int
    value: bytes


@dataclass
class Verdict:
    """The oracle's findings; all empty when the promise held."""

    lost: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    phantom: list[str] = field(default_factory=list)
    disorder: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return not (self.lost or self.double or self.phantom or self.disorder)

    def __str__(self) -> str:
        return (
            f"lost {len(self.lost)}, double {len(self.double)}, phantom {len(self.phantom)}, "
            f"disorder {len(self.disorder)}; e.g. {(self.lost + self.double + self.phantom + self.disorder)[:5]}"
        )


async def read_topics(settings: Settings, *topics: str) -> list[Seen]:
    """Every record that stands on these topics now, in log order per partition."""
    return [seen for topic in topics for seen in await _read(settings, topic)]


async def _read(settings: Settings, topic: str) -> list[Seen]:
    consumer = AIOKafkaConsumer(
        settings.topic_prefix + topic,
        bootstrap_servers=settings.kafka_bootstrap_servers,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    found: list[Seen] = []
    try:
        ends = await consumer.end_offsets(consumer.assignment())
        while any([await consumer.position(place) < end for place, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=500, max_records=5_000)).values():
                found += [_seen(topic, record.headers, record.value) for record in records if record.value]
    finally:
        await consumer.stop()
    return found


def _seen(topic: str, headers: Sequence[tuple[str, bytes]], value: bytes) -> Seen:
    said = {key: text.decode() for key, text in headers}
    return Seen(
        topic, said["ce_type"], said["ce_id"], said["ce_subject"], int(said.get("ce_sequence", "0") or 0), value
    )


def judge(
    acknowledged: Iterable[str], sent: Iterable[str], stored: Iterable[str], seen: Sequence[Seen], birth: str
) -> Verdict:
    """Hold the client's word against the store and the topic.

    Args:
        acknowledged: ids whose POST was answered with 2xx.
        sent: all ids the client ever tried.
        stored: ids of the documents.
        seen: the topic's records.
        birth: the type of event that each aggregate begins with.
    """
    acknowledged, sent, stored = set(acknowledged), set(sent), set(stored)
    born = {each.subject for each in seen if each.type == birth}
    verdict = judge_events(seen)
    verdict.lost += sorted(acknowledged - stored) + sorted((acknowledged | stored) - born)
    verdict.phantom += sorted(stored - sent) + sorted(born - sent)
    return verdict


def judge_events(seen: Sequence[Seen]) -> Verdict:
    """What a topic alone shows: repeats must be the same event, and first sights must be in order."""
    verdict = Verdict()
    ids: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    last: Counter[tuple[str, str]] = Counter()
    known: set[str] = set()
    for each in seen:
        ids[each.topic, each.subject, each.sequence].add(each.id)
        if each.id in known:
            continue
        known.add(each.id)
        if each.sequence < last[each.topic, each.subject]:
            verdict.disorder.append(f"{each.topic}/{each.subject}#{each.sequence}")
        last[each.topic, each.subject] = max(each.sequence, last[each.topic, each.subject])
    verdict.double += [f"{topic}/{subject}#{number}" for (topic, subject, number), few in ids.items() if len(few) > 1]
    return verdict
