"""Identifiers: UUIDv7 for what is new, UUIDv5 of cause and role for what is derived.

A derived id is the same however often its cause is delivered, which is what makes a redelivery harmless.
"""

from uuid import UUID, uuid5

from uuid_utils.compat import uuid7

_NAMESPACE = UUID("6f1f3c1e-7d5b-5f0e-9a59-48c5b2f2a9d4")


def new_id() -> str:
    """A new time-ordered identifier (UUIDv7, RFC 9562), lower-case with hyphens."""
    return str(uuid7())


def derived_id(cause: str, role: str) -> str:
    """The identifier of what `cause` (an id) brings about in the given `role` (`"case"`, `"task:cdc"`)."""
    return str(uuid5(_NAMESPACE, f"{cause}/{role}"))
