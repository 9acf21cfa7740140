"""`haivan rules`: read texts and keep the triage rules; the commands live with the rules."""

from services.routing.triage.cli import app

__all__ = ["app"]
