"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

MONDAY_MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""08:00 in Huế on a working day."""


class SettableClock:
    """A `shared.clock.Clock` under the test's control."""

    def __init__(self, present: datetime = MONDAY_MORNING) -> None:
        self.present = present

    def __call__(self) -> datetime:
        return self.present

    def set(self, moment: datetime) -> datetime:
        """Make it `moment` (UTC, may lie in the past) and return it."""
        if moment.tzinfo is None:
            raise ValueError("a moment without a time zone is not a moment")
        self.present = moment.astimezone(UTC)
        return self.present

    def advance(self, **by: float) -> datetime:
        """Move on, in the words of timedelta: `clock.advance(minutes=5)`."""
        return self.set(self.present + timedelta(**by))
