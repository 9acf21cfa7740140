"""The epidemic areas that triage reads texts against, as checkpoints tell them."""

from services.routing.areas.store import Areas

__all__ = ["Areas"]
