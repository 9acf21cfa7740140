"""Routing: who must act, by when, and what they did.

Consumes: intake.reports.v1, checkpoints.flags.v1, checkpoints.areas.v1, agencies.<id>.updates.v1.
Publishes: routing.cases.v1, routing.accounts.v1, agencies.<id>.tasks.v1.
Owns: cases with their tasks and clocks, staff accounts.
"""
