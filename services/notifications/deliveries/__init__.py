"""Deliveries: exactly one message per recipient, event and channel, and a ledger of every attempt (F60)."""
