"""Notifications: what people are told, and the centre's overview.

Consumes: notifications.alerts.v1, and every topic for the situation.
Publishes: notifications.alerts.v1, notifications.deliveries.v1.
Owns: alerts, subscriptions, deliveries with their ledger, the situation.
"""
