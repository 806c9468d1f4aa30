"""What strangers try is written down one by one up to so many a minute from one address, and counted above that.

Whoever reads the trail misses nothing they need: the first tries stand there whole, and an entry tells how many more
there were, from where, in which minute, and is found by each account they were about. Accounts that were tried more
often than once have an entry by how often, which the watch adds up.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import Error as DatabaseError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from apps.audit.actor import Actor
from apps.audit.identifiers import digests_of
from apps.audit.services import record, trace_unavailable
from apps.staff.actors import NOBODY, STRANGER, actor_of
from apps.staff.address import pause_address
from apps.staff.models import User, tidy_email
from apps.staff.stranger_models import StrangerTries

# Of each sort. Nobody types faster, and a whole shop behind one router does not mistype so often.
MOST_A_MINUTE = 30
# So many accounts that nobody has are known of one minute; those of the house always are.
MOST_ACCOUNTS = 500
# How often an account was tried, at least: one entry for each step that was reached, however many accounts.
STEPS = (1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 100)
# Clocks of several machines differ by less.
TOLD_AFTER = timedelta(minutes=2)


def record_try(
    action: str,
    *,
    request: HttpRequest,
    outcome: str = "refused",
    subject: str = "",
    details: Mapping[str, Any] | None = None,
    identifiers: Iterable[tuple[str, str]] = (),
) -> None:
    """An entry as `record` writes it, or one more in the count of this minute.

    Raises: TraceUnavailable
    """
    pairs = tuple(identifiers)
    if _counted(request, action, pairs) <= MOST_A_MINUTE:
        actor = actor_of(request)
        record(action, actor=actor, outcome=outcome, subject=subject, details=details, identifiers=pairs)


def tell() -> int:
    """Sweep: entries for each count that went beyond what was written down. How many entries."""
    over = StrangerTries.objects.filter(minute__lt=timezone.now() - TOLD_AFTER)
    over.filter(count__lte=MOST_A_MINUTE).delete()
    return sum(_told(pk) for pk in list(over.values_list("pk", flat=True)))


def _counted(request: HttpRequest, action: str, identifiers: Sequence[tuple[str, str]]) -> int:
    minute = timezone.now().replace(second=0, microsecond=0)
    try:
        with transaction.atomic():
            row, _made = StrangerTries.objects.select_for_update().get_or_create(
                address=pause_address(request), action=action, minute=minute
            )
            row.count += 1
            if row.count > MOST_A_MINUTE:
                _add(row.whom, identifiers)
            row.save(update_fields=["count", "whom"])
    except DatabaseError as error:
        raise trace_unavailable() from error
    return int(row.count)


def _add(whom: dict[str, int], identifiers: Sequence[tuple[str, str]]) -> None:
    """One more try at these. Whether somebody has the account is asked each time, so time tells nobody who has one."""
    emails = [tidy_email(value) for kind, value in identifiers if kind == "email"]
    is_ours = User.objects.filter(email__in=emails).exists()
    for one in digests_of(identifiers):
        if is_ours or one.hex() in whom or len(whom) < MOST_ACCOUNTS:
            whom[one.hex()] = whom.get(one.hex(), 0) + 1


def _told(pk: int) -> int:
    with transaction.atomic():
        row = StrangerTries.objects.select_for_update().filter(pk=pk).first()
        if row is None:
            return 0
        found = _by_times(row)
        for each, (count, accounts) in sorted(found.items()):
            record(
                "staff.tries_counted",
                actor=Actor(user_id=None, name=STRANGER, role=NOBODY, ip=row.address, channel="screen"),
                outcome="refused",
                details={
                    "kind": row.action,
                    "count": count,
                    "minute": row.minute,
                    "accounts": len(accounts),
                    "each": each,
                },
                digests=accounts,
            )
        row.delete()
    return len(found)


def _by_times(row: StrangerTries) -> dict[int, tuple[int, list[bytes]]]:
    """By how often accounts were tried at least: how many tries, at which accounts. Tries at none go with the first."""
    counts, accounts = defaultdict[int, int](int), defaultdict[int, list[bytes]](list)
    if rest := row.count - MOST_A_MINUTE - sum(row.whom.values()):
        counts[STEPS[0]] = rest
    for digest, times in row.whom.items():
        each = max(step for step in STEPS if step <= times)
        counts[each] += times
        accounts[each].append(bytes.fromhex(digest))
    return {each: (count, accounts[each]) for each, count in counts.items()}
