"""Times that tests move rows to."""

from datetime import UTC, datetime, timedelta

# Past every limit of the console, and near enough that a ledger is read from there in one window.
LONG_AGO = datetime.now(UTC) - timedelta(days=10)
