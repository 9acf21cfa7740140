"""Intake: everything that comes in from the public.

Consumes: routing.cases.v1 (what becomes of each report).
Publishes: intake.reports.v1, intake.calls.v1.
Owns: reports with their sealed identities, calls, the citizens' pages.
"""
