"""Checkpoints: who and what may move, and did.

Consumes: checkpoints.passes.v1 (its own: a pass that others must hear of becomes a flag for each of them).
Publishes: checkpoints.permits.v1, .passes.v1, .flags.v1, .watchlist.v1, .areas.v1.
Owns: permits, passes with their sealed identities, flags, the watch list, epidemic areas, the field officer's page.
"""
