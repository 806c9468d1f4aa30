"""A calendar month: GDPR, Art. 12(3), reckoned as Regulation 1182/71, Art. 3(2)(c) says."""

import calendar
from datetime import date


def due_on(received: date) -> date:
    """The same day of the next month, or its last day where there is no such day (31 January: 28 February)."""
    year, month = (received.year + 1, 1) if received.month == 12 else (received.year, received.month + 1)
    return date(year, month, min(received.day, calendar.monthrange(year, month)[1]))
