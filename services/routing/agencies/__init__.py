"""Agencies: what their own software answers on its topic, and what their officers do in the inbox (F29)."""
