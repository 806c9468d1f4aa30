"""Our requests of a period against the outside: its list of requests, and the ledger for what was credited."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.capillary.client import Client
from apps.capillary.resources import goodwill
from apps.capillary.types_points import GoodwillRow
from apps.core.errors import Unavailable
from apps.goodwill.credits import read_books
from apps.goodwill.models import GoodwillRequest, Kind, SyncCursor
from apps.goodwill.outside import APPROVED, PENDING, REJECTED
from apps.goodwill.states import State
from apps.goodwill.syncing import NAME, sync_pending
from apps.operations.models import Item, Operation
from apps.operations.work.comparing import Comparison, bounds, customer_of, plan_of
from apps.operations.work.kinds import Outcome, Row
from apps.staff.connection import client_for

SECONDS, ALL_PAGES = 20.0, 10_000
STANDS = {
    State.WAITING: PENDING,
    State.SENT_BACK: PENDING,
    State.APPROVED: APPROVED,
    State.DONE: APPROVED,
    State.NOT_CREDITED: APPROVED,
    State.REJECTED: REJECTED,
    State.WITHDRAWN: REJECTED,
}


def plan(_actor: Actor, operation: Operation) -> Iterator[Row]:
    """A row for each customer we asked for something in the period."""
    return plan_of(_asked(operation).values_list("customer_id", flat=True).distinct())


def run(actor: Actor, item: Item) -> Outcome:
    """Compare one customer's: one call, and two or three more for each credit. Raises CapillaryError"""
    operation, customer_id = item.operation, customer_of(item)
    client = client_for(actor)
    listed = client.send(goodwill.requests(customer_id=customer_id)).rows
    found, rows = Comparison(), {row.request_id: row for row in listed}
    for request in _asked(operation).filter(customer_id=customer_id).select_related("series").order_by("pk"):
        _compare(client, found, request, rows.get(request.outside_id))
    begins, ends = bounds(operation)
    known = set(
        GoodwillRequest.objects.filter(outside_id__in=list(rows)).values_list("outside_id", flat=True)
    )
    found.missing_here += [
        row.request_id
        for row in listed
        if row.request_id not in known and row.added_at and begins <= row.added_at < ends
    ]
    return found.outcome(customer_id)


def sync(_actor: Actor, item: Item) -> Outcome:
    """Read what is pending outside now, as the sweep does, for twenty seconds at most."""
    before = SyncCursor.objects.filter(name=NAME).values_list("read_at", flat=True).first()
    read = sync_pending(seconds=SECONDS, round_pages=ALL_PAGES)
    cursor = SyncCursor.objects.get(name=NAME)
    if cursor.read_at == before:
        raise Unavailable(_("The pending requests could not be read."), next_step=_("Try it again later."))
    words = "" if cursor.round_id == 0 else _("The rest is read by itself in the next minutes.")
    return Outcome("done", words, output={"read": read})


def plan_sync(_actor: Actor, _operation: Operation) -> Iterator[Row]:
    """One row: the reading goes on from its cursor."""
    yield Row({})


def _asked(operation: Operation) -> QuerySet[GoodwillRequest]:
    begins, ends = bounds(operation)
    ours = GoodwillRequest.objects.filter(origin=GoodwillRequest.Origin.CONSOLE)
    return ours.filter(asked_at__gte=begins, asked_at__lt=ends, store=operation.store)


def _compare(client: Client, found: Comparison, request: GoodwillRequest, row: GoodwillRow | None) -> None:
    expected = STANDS.get(State(request.state))
    if expected is None:
        # Refused, or on its way: only one that is there would say otherwise.
        if row is not None and request.state == State.REFUSED:
            found.differ.append(_says(request, _("refused here"), row.status))
        elif request.state != State.REFUSED:
            found.differ.append(_("%(number)s (not known yet)") % {"number": request.number})
        return
    if row is None:
        found.missing_there.append(request.number)
    elif row.status.upper() != expected:
        found.differ.append(_says(request, str(request.get_state_display()), row.status))
    elif _amounts_differ(request, row):
        found.differ.append(_says(request, str(request.approved_amount), str(row.approved_value)))
    elif expected == APPROVED and not _is_credited(client, request):
        found.missing_there.append(_("%(number)s (no credit)") % {"number": request.number})
    else:
        found.agree.append(request.number)


def _amounts_differ(request: GoodwillRequest, row: GoodwillRow) -> bool:
    told = row.approved_value
    return request.kind == Kind.POINTS and bool(told) and told != request.granted and row.status != PENDING


def _is_credited(client: Client, request: GoodwillRequest) -> bool:
    """Whether the ledger, or the list of coupons, shows the credit now. Raises Unavailable when it cannot be read."""
    books = read_books(client, request)
    if not books.readable:
        raise Unavailable(_("The customer's ledger could not be read."))
    keys = {one.key for one in books.credits}
    return request.proof_key in keys if request.proof_key else bool(keys)


def _says(request: GoodwillRequest, here: str, there: str) -> str:
    told = {"number": request.number, "here": here, "there": there}
    return _("%(number)s (here %(here)s, there %(there)s)") % told
