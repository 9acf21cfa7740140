"""Every topic of the system: what it carries, how it is keyed, how long it is kept, who may read it.

Topics are created explicitly by whichever process starts first, never by a producer (`shared.messaging`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

RECORD_LIMIT = 262_144
"""`max.message.bytes` of a topic: an event of at most 200 kB with its headers."""

DEAD_LETTER_RECORD_LIMIT = 524_288
"""Dead letters hold a whole refused record, sealed, with its headers."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic.

    Attributes:
        name: the topic's name; `{agency}` stands for an agency's id where each agency has its own.
        subject: the kind of aggregate its events speak of.
        key: the field the record key is taken from.
        kept: how long records are kept; None where the topic is compacted.
        partitions: fixed at creation, since order is promised per key.
        purpose: one sentence for the catalogue.
        readers: the services and outsiders that may read it.
    """

    name: str
    subject: str
    purpose: str
    readers: tuple[str, ...]
    key: str = "subject"
    kept: timedelta | None = 30 * _DAY
    partitions: int = 6

    @property
    def is_per_agency(self) -> bool:
        return "{agency}" in self.name

    def of(self, agency: str) -> str:
        """The name of this topic for one agency (`agencies.cdc.tasks.v1`)."""
        return self.name.format(agency=agency)

    def configuration(self) -> dict[str, str]:
        """The broker's settings of this topic. Uncompressed, so that no consumer meets a decompression bomb."""
        kept = {"cleanup.policy": "compact"} if self.kept is None else _delete_after(self.kept)
        return kept | {"compression.type": "uncompressed", "max.message.bytes": str(RECORD_LIMIT)}


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicToCreate:
    """What the broker is asked for: a concrete name, its size and its settings."""

    name: str
    partitions: int
    configuration: dict[str, str] = field(default_factory=dict)


INTAKE_REPORTS = Topic(
    name="intake.reports.v1",
    subject="report",
    purpose="What citizens report, and what they add, withdraw or answer later.",
    readers=("routing", "notifications"),
)
INTAKE_CALLS = Topic(
    name="intake.calls.v1",
    subject="call",
    purpose="Calls to the hotline: answered, missed, ended with an outcome.",
    readers=("notifications",),
)
ROUTING_CASES = Topic(
    name="routing.cases.v1",
    subject="case",
    kept=90 * _DAY,
    purpose="What becomes of each report: triage with its reasons, tasks, answers, the end.",
    readers=("intake", "notifications"),
)
ROUTING_ACCOUNTS = Topic(
    name="routing.accounts.v1",
    subject="account",
    kept=None,
    purpose="Who may do what: roles, API keys, ended sessions. No names, no secrets.",
    readers=("intake", "routing", "checkpoints", "notifications"),
)
AGENCY_TASKS = Topic(
    name="agencies.{agency}.tasks.v1",
    subject="task",
    partitions=1,
    purpose="The tasks of one agency, each with its deadlines; refusals of updates come back here.",
    readers=("the agency",),
)
AGENCY_UPDATES = Topic(
    name="agencies.{agency}.updates.v1",
    subject="task",
    partitions=1,
    purpose="What one agency's own software answers to its tasks. Untrusted: the topic names the agency.",
    readers=("routing",),
)
CHECKPOINTS_PERMITS = Topic(
    name="checkpoints.permits.v1",
    subject="permit",
    kept=None,
    purpose="Permits to pass: issued, revoked.",
    readers=("checkpoints", "notifications"),
)
CHECKPOINTS_PASSES = Topic(
    name="checkpoints.passes.v1",
    subject="pass",
    key="post_id",
    purpose="Each passage of a post with its verdict.",
    readers=("checkpoints", "notifications"),
)
CHECKPOINTS_FLAGS = Topic(
    name="checkpoints.flags.v1",
    subject="flag",
    purpose="What a post must tell police and CDC at once: watch-list hits, epidemic areas, bad permits.",
    readers=("routing", "notifications"),
)
CHECKPOINTS_WATCHLIST = Topic(
    name="checkpoints.watchlist.v1",
    subject="entry",
    kept=None,
    purpose="That somebody is sought, why and until when; whom, is in no event.",
    readers=("checkpoints", "notifications"),
)
CHECKPOINTS_AREAS = Topic(
    name="checkpoints.areas.v1",
    subject="area",
    kept=None,
    purpose="Epidemic areas with their effective dates.",
    readers=("checkpoints", "routing", "notifications"),
)
NOTIFICATIONS_ALERTS = Topic(
    name="notifications.alerts.v1",
    subject="alert",
    kept=90 * _DAY,
    purpose="Alerts to the public: published, cancelled.",
    readers=("notifications", "everybody"),
)
NOTIFICATIONS_DELIVERIES = Topic(
    name="notifications.deliveries.v1",
    subject="delivery",
    kept=7 * _DAY,
    purpose="What became of each message to each recipient.",
    readers=("notifications",),
)
PLATFORM_COUNTS = Topic(
    name="platform.counts.v1",
    subject="count",
    kept=_DAY,
    partitions=1,
    purpose="How many documents each service holds, so that stores, events and screens can be held side by side.",
    readers=("notifications",),
)

TOPICS: tuple[Topic, ...] = (
    INTAKE_REPORTS,
    INTAKE_CALLS,
    ROUTING_CASES,
    ROUTING_ACCOUNTS,
    AGENCY_TASKS,
    AGENCY_UPDATES,
    CHECKPOINTS_PERMITS,
    CHECKPOINTS_PASSES,
    CHECKPOINTS_FLAGS,
    CHECKPOINTS_WATCHLIST,
    CHECKPOINTS_AREAS,
    NOTIFICATIONS_ALERTS,
    NOTIFICATIONS_DELIVERIES,
    PLATFORM_COUNTS,
)


def dead_letter_topic(topic: str) -> str:
    """The name of the dead-letter topic of a topic."""
    return f"{topic}.dlq"


def topics_to_create(agencies: Sequence[str], prefix: str = "") -> list[TopicToCreate]:
    """Every concrete topic of the system, dead letters included, ready for the broker."""
    names = [(topic, name) for topic in TOPICS for name in _concrete_names(topic, agencies)]
    live = [
        TopicToCreate(name=prefix + n, partitions=t.partitions, configuration=t.configuration()) for t, n in names
    ]
    dead = [_dead_letters_of(prefix + name) for _, name in names]
    return live + dead


def _concrete_names(topic: Topic, agencies: Sequence[str]) -> list[str]:
    return [topic.of(agency) for agency in agencies] if topic.is_per_agency else [topic.name]


def _dead_letters_of(topic: str) -> TopicToCreate:
    kept = _delete_after(30 * _DAY)
    limits = {"compression.type": "uncompressed", "max.message.bytes": str(DEAD_LETTER_RECORD_LIMIT)}
    return TopicToCreate(name=dead_letter_topic(topic), partitions=1, configuration=kept | limits)


def _delete_after(kept: timedelta) -> dict[str, str]:
    return {"cleanup.policy": "delete", "retention.ms": str(int(kept.total_seconds() * 1000))}
