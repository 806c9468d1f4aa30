"""Keeps in step with requests made or decided elsewhere: new ones by a cursor, old ones by walking through."""

import time
from collections.abc import Iterator, Sequence

from django.utils import timezone

from apps.audit.actor import Actor, system_actor
from apps.capillary.client import Client
from apps.capillary.resources import requests
from apps.capillary.types_requests import RequestRow
from apps.core.errors import ConsoleError
from apps.goodwill.elsewhere import take_in
from apps.goodwill.models import GoodwillRequest, SyncCursor
from apps.goodwill.outside import PENDING, standing_of
from apps.goodwill.reading import taken_over
from apps.staff.connection import client_for

PAGE = 50
SECONDS = 30.0
ROUND_PAGES = 4
NAME = "pending"


def sync_pending(*, seconds: float = SECONDS, round_pages: int = ROUND_PAGES) -> int:
    """Sweep: read what is pending outside; returns how many rows were read.

    New requests first, from the highest id seen; then some pages of a walk through everything pending, which
    finds what appeared late and what is not pending any more. One page is in memory at a time. The cursor is
    kept after each page, so that a killed run goes on where it was.
    """
    actor = system_actor("Reading of pending requests")
    client = client_for(actor, lane="bulk")
    cursor, _made = SyncCursor.objects.get_or_create(name=NAME)
    ends = time.monotonic() + seconds
    try:
        return _head(client, actor, cursor, ends) + _round(client, actor, cursor, ends, round_pages)
    except ConsoleError:
        # Nothing is lost: the next run reads on from the cursor.
        return 0


def _head(client: Client, actor: Actor, cursor: SyncCursor, ends: float) -> int:
    """Everything behind the highest id seen."""
    read = 0
    while time.monotonic() < ends:
        rows = _page(client, cursor.head_id + 1)
        take_in(client, actor, rows)
        read += len(rows)
        if rows:
            cursor.head_id = max(int(row.id) for row in rows)
        cursor.read_at = timezone.now()
        cursor.save()
        if len(rows) < PAGE:
            break
    return read


def _round(client: Client, actor: Actor, cursor: SyncCursor, ends: float, pages: int) -> int:
    """Some pages of the walk through everything that is pending, from the first id to the last."""
    read = 0
    for _page_number in range(pages):
        if time.monotonic() >= ends:
            break
        if cursor.round_id == 0:
            cursor.round_began_at = timezone.now()
        rows = _page(client, cursor.round_id + 1)
        take_in(client, actor, rows)
        last = max((int(row.id) for row in rows), default=0) if len(rows) == PAGE else 0
        _follow_gone(client, actor, cursor, {row.id for row in rows}, last)
        read += len(rows)
        cursor.round_id = last
        if last == 0:
            cursor.round_ended_at = timezone.now()
        cursor.save()
        if last == 0:
            break
    return read


def _page(client: Client, start_id: int) -> Sequence[RequestRow]:
    page = client.send(requests.listing(status=PENDING, start_id=start_id, limit=PAGE))
    rows = [row for row in page.rows if row.id.isdecimal()]
    if [int(row.id) for row in rows] != sorted(int(row.id) for row in rows):
        # The cursor leans on this order; better to stop, and to show on the health page, than to skip some.
        raise ValueError("The outside does not list requests by rising id.")
    return rows


def _follow_gone(client: Client, actor: Actor, cursor: SyncCursor, there: set[str], last: int) -> None:
    """Requests of this stretch that wait here and are not pending outside any more: read again, followed."""
    stretch = GoodwillRequest.objects.pending().filter(outside_number__gt=cursor.round_id)
    if last:
        stretch = stretch.filter(outside_number__lte=last)
    gone = list(stretch.exclude(outside_id__in=there).order_by("outside_number")[:PAGE])
    found = {row.id: row for row in _read_again(client, [one.outside_number or 0 for one in gone])}
    for request in gone:
        if request.outside_id in found:
            taken_over(actor=actor, request=request, standing=standing_of(found[request.outside_id]))


def _read_again(client: Client, numbers: Sequence[int]) -> Iterator[RequestRow]:
    """Rows of these ids: in one call where they lie close together, else one by one."""
    if numbers and numbers[-1] - numbers[0] < PAGE:
        yield from client.send(requests.listing(start_id=numbers[0], end_id=numbers[-1], limit=PAGE)).rows
        return
    for number in numbers:
        yield from client.send(requests.listing(start_id=number, end_id=number, limit=1)).rows
