"""Refused updates: facts whose only event tells the agency why."""

from services.routing.agencies.domain import Refused
from shared.runtime import Runtime

GROUP = "routing.agencies"


class MongoRefusals:
    """The refused updates of this service."""

    def __init__(self, runtime: Runtime) -> None:
        self.aggregates = runtime.aggregates("refusals", Refused, group=GROUP)
