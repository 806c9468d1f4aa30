"""Whether and when to ask again: decided here and nowhere else."""

import math
import random
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from apps.capillary.exchange import Failure, NoReply, Reply

MOST_ATTEMPTS = 3
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 2.0
PASSING_STATUSES = frozenset({429, 500, 502, 503, 504, 521})


def pause_before_retry(
    result: Reply | NoReply, *, write: bool, attempt: int, seconds_left: float
) -> float | None:
    """Seconds to wait before the next attempt, None when there must be none.

    Reads: after any failure that may pass. Writes: only when no connection was made, so that nothing can have
    been done. The outside's Retry-After is honoured when it fits into what is left of the deadline.
    """
    if attempt >= MOST_ATTEMPTS:
        return None
    asked = 0.0
    if isinstance(result, NoReply):
        if result.failure is Failure.NOT_MADE:
            return None
        if write and result.failure is not Failure.NOT_CONNECTED:
            return None
    elif write or result.status not in PASSING_STATUSES:
        return None
    else:
        asked = retry_after_seconds(result.headers)
    grown = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** (attempt - 1))
    # Full pauses in step would make every process knock at the same moment.
    pause = max(asked, grown * random.uniform(0.5, 1.0))  # noqa: S311
    return pause if pause < seconds_left else None


def retry_after_seconds(headers: Mapping[str, str]) -> float:
    """The header as seconds from now, in either of its forms; 0 when absent or not understood."""
    written = headers.get("Retry-After", "").strip()
    if written.isdecimal():
        return float(written[:9])
    try:
        moment = parsedate_to_datetime(written)
    except ValueError:
        return 0.0
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def try_again_in(seconds: float) -> str:
    """A next step in whole minutes, never sooner than what was asked for."""
    minutes = max(1, math.ceil(seconds / 60))
    return f"Try again in {minutes} minutes." if minutes > 1 else "Try again in a minute."
