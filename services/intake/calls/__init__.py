"""Calls to the hotline: rung, answered, missed, recorded with an outcome (F12)."""
