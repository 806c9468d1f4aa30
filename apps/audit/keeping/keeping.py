"""The sweep of retention: removes what an archive holds, then archives the next part of what is due."""

import time

from apps.audit.keeping.removing import remove_archived
from apps.audit.keeping.writing import archive_next
from apps.audit.log.terminal import under_way
from apps.audit.models import Archive

REMOVING_SECONDS = 20.0


def keep_house() -> int:
    """One step; twice or never does no harm. Returns how many entries were removed or archived.

    While a verification goes on nothing is moved under its hands: what it has counted would seem to be gone. One
    that died at its terminal holds nothing up.
    Raises: KeepingTrouble, KeyTrouble
    """
    if under_way():
        return 0
    until = time.monotonic() + REMOVING_SECONDS
    gone = 0
    for archive in Archive.objects.filter(removed_at=None).order_by("pk"):
        gone += remove_archived(archive, until=until)
    made = archive_next()
    return gone + (made.entries if made else 0)
