"""Passes: a vehicle stands at a post, and at once there is a verdict with reasons (F44, F45, F46)."""
