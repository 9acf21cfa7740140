"""Where a change comes from when a person or a program asked for it by HTTP."""

from shared.events import Cause
from shared.telemetry import current_traceparent


def cause_of_command(command_id: str, correlation: str | None = None) -> Cause:
    """The cause of what this request brings about, with its trace.

    Args:
        command_id: the idempotency key, or the id of what the command makes.
        correlation: what began it all, where that was something earlier.
    """
    return Cause(id=command_id, correlation=correlation or command_id, traceparent=current_traceparent.get())
