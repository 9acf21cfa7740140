"""Requests to addresses that somebody else chose: only to the public internet, never to what stands beside us.

destination = read_destination(url, Reach.PUBLIC)          # a refusal that says what to do, before anything is sent
outcome = await outbound.post(destination, body, headers)  # checked again at each connection; never raises
"""

from shared.outbound.addresses import is_public
from shared.outbound.client import Outbound, Outcome
from shared.outbound.destinations import Destination, Reach, read_destination

__all__ = ["Destination", "Outbound", "Outcome", "Reach", "is_public", "read_destination"]
