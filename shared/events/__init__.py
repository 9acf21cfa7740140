"""The contracts of all events: one class each, one registry. Importing this package fills the registry."""

from shared.events import accounts, agencies, cases, checkpoints, notifications, reports
from shared.events.cloudevents import Cause, PendingEvent, Received, pend, read_record, record_of
from shared.events.contract import REGISTRY, Contract, Event, event

__all__ = [
    "REGISTRY",
    "Cause",
    "Contract",
    "Event",
    "PendingEvent",
    "Received",
    "accounts",
    "agencies",
    "cases",
    "checkpoints",
    "event",
    "notifications",
    "pend",
    "read_record",
    "record_of",
    "reports",
]
