"""Notifications as a process of its own, with short leases and waits: what a kill test starts."""

from datetime import timedelta
from functools import partial

from services.notifications.app import create_app
from services.notifications.deliveries.domain import Tries
from shared.serving import main

LEASE = timedelta(seconds=4)
"""Short to wait for, and longer than a busy machine takes for a call with its outcome."""
TRIES = Tries(first=timedelta(milliseconds=200), longest=timedelta(seconds=1))

if __name__ == "__main__":
    main("notifications", partial(create_app, tries=TRIES, lease=LEASE))
