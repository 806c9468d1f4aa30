"""Moments counted back from one fixed day, so that the same day gives the same data."""

from datetime import date, datetime, time, timedelta
from random import Random

from apps.sandbox.api.dates import INDIA


class Clock:
    """The day the data is made for."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._noon = datetime.combine(today, time(12), tzinfo=INDIA)

    def ago(self, days: float) -> datetime:
        """So many days before noon of that day."""
        return self._noon - timedelta(days=days)

    def shop_hour(self, chance: Random, days: int) -> datetime:
        """A moment between ten and nine o'clock, so many days ago (at least one)."""
        minutes = chance.randrange(10 * 60, 21 * 60)
        start = datetime.combine(self.today - timedelta(days=max(days, 1)), time(0), tzinfo=INDIA)
        return start + timedelta(minutes=minutes, seconds=chance.randrange(60))
