"""Subscriptions: agencies' own software hears of alerts by webhook (F59)."""
