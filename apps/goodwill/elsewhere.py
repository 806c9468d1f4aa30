"""Takes requests made elsewhere into the console's own rows, so that managers see them in their queue."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from django.utils import timezone

from apps.audit.actor import Actor
from apps.audit.identifiers import digests_of
from apps.audit.services import record
from apps.audit.writing import written
from apps.capillary.client import Client
from apps.capillary.errors import CapillaryError
from apps.capillary.resources import requests
from apps.capillary.types_requests import RequestCustomer, RequestRow
from apps.core.masking import mask
from apps.goodwill.escalations import times_of
from apps.goodwill.models import GoodwillRequest, Kind
from apps.goodwill.outside import WORD_IN_DECISION
from apps.goodwill.sealing import seal
from apps.goodwill.states import State
from apps.operations.handles import Handle
from apps.staff.models import Store, User

KINDS = {"POINTS": Kind.POINTS, "COUPON": Kind.COUPON}
ROWS = 50


def take_in(client: Client, actor: Actor, rows: Sequence[RequestRow]) -> int:
    """Make a row of every pending request the console does not know yet; how many were new.

    One entry for all of them: a house may be thousands behind, and each request's own history begins with a person.
    """
    fresh = [row for row in _unknown(rows) if row.kind in KINDS]
    if not fresh:
        return 0
    ids = _customer_ids(client, fresh)
    stores = {store.till_code: store for store in Store.objects.exclude(till_code="")}
    colleagues = _colleagues(fresh)
    askers = _askers(fresh)
    due: dict[Store | None, timedelta] = {}
    made = [
        _row(
            row,
            ids.get(row.id),
            stores.get(_till(row)),
            due,
            colleague=row.id in colleagues,
            asker=askers.get(row.id),
        )
        for row in fresh
    ]
    numbers = sorted(one.outside_number or 0 for one in made)
    with written():
        GoodwillRequest.objects.bulk_create(made, ignore_conflicts=True)
        record(
            "goodwill.taken_in",
            actor=actor,
            details={"count": len(made), "first_id": numbers[0], "last_id": numbers[-1]},
        )
    return len(made)


def _unknown(rows: Sequence[RequestRow]) -> list[RequestRow]:
    """Neither known by id nor ours on its way: a sending not settled yet is recognised by its tag."""
    known = set(
        GoodwillRequest.objects.filter(outside_id__in=[row.id for row in rows]).values_list(
            "outside_id", flat=True
        )
    )
    words = {word for row in rows for word in row.comments.split() if word.startswith("LC#")}
    ours = set(
        GoodwillRequest.objects.filter(tag__in=words, state=State.SENDING).values_list("tag", flat=True)
    )
    return [row for row in rows if row.id not in known and not ours & set(row.comments.split())]


def _askers(rows: Sequence[RequestRow]) -> Mapping[str, User]:
    """Who asked for one that was given up here and turned up all the same: it stays their own. One query."""
    words = {row.id: set(row.comments.split()[:1]) for row in rows}
    tags = {word for each in words.values() for word in each if word.startswith("LC#")}
    ours = GoodwillRequest.objects.filter(tag__in=tags).select_related("requester")
    by_tag = {one.tag: one.requester for one in ours if one.requester is not None}
    return {pk: by_tag[word] for pk, each in words.items() for word in each if word in by_tag}


def _customer_ids(client: Client, rows: Sequence[RequestRow]) -> Mapping[str, int]:
    """The list does not tell customers' ids, the logs do; without them they are looked up when opened."""
    numbers = [int(row.id) for row in rows]
    days = [timezone.localdate(row.added_at) for row in rows if row.added_at]
    found: dict[str, int] = {}
    for kind in {row.kind for row in rows}:
        call = requests.logs(
            start_date=min(days, default=timezone.localdate()) - timedelta(days=1),
            end_date=max(days, default=timezone.localdate()) + timedelta(days=1),
            base_type=WORD_IN_DECISION[KINDS[kind]],
            start_id=min(numbers),
            end_id=max(numbers),
            limit=ROWS,
        )
        try:
            page = client.send(call)
        except CapillaryError:
            continue
        found |= {row.id: int(row.customer.id) for row in page.rows if row.customer.id.isdecimal()}
    return found


def _colleagues(rows: Sequence[RequestRow]) -> set[str]:
    """Ids of the requests whose customer is an active person of the console. Two queries a page."""
    digests = {row.id: _digests(row.customer) for row in rows}
    emails = {row.customer.email.strip().lower() for row in rows if row.customer.email}
    active = User.objects.filter(is_active=True)
    known_emails = set(active.filter(email__in=emails).values_list("email", flat=True))
    every = {one for each in digests.values() for one in each}
    known = set(active.filter(mobile_digest__in=every).values_list("mobile_digest", flat=True))
    return {
        row.id
        for row in rows
        if row.customer.email.strip().lower() in known_emails or known & set(digests[row.id])
    }


def _row(
    row: RequestRow,
    customer_id: int | None,
    store: Store | None,
    due: dict[Store | None, timedelta],
    *,
    colleague: bool,
    asker: User | None,
) -> GoodwillRequest:
    """due keeps each store's time to decide, so that it is read once a page."""
    if store not in due:
        due[store] = timedelta(minutes=times_of(store).due_minutes)
    asked_at = row.added_at or timezone.now()
    kind = KINDS[row.kind]
    return GoodwillRequest(
        origin=GoodwillRequest.Origin.ELSEWHERE,
        origin_words=str(row.added_by or "")[:160],
        outside_id=row.id,
        outside_number=int(row.id),
        state=State.WAITING,
        kind=kind,
        amount=1 if kind == Kind.COUPON else None,
        customer_id=customer_id,
        customer_name_sealed=seal(row.customer.name),
        customer_mask=_mask(row.customer),
        handle_sealed=seal(str(_handle(row.customer))),
        contact_digests=_digests(row.customer),
        reason_words=row.reason[:300],
        comment=row.comments[:1000],
        store=store,
        requester=asker,
        requester_name=asker.name if asker else "",
        needs_other_store=colleague,
        asked_at=asked_at,
        due_at=asked_at + due[store],
        seen_outside_at=timezone.now(),
    )


def _till(row: RequestRow) -> str:
    return row.added_by.code if row.added_by else ""


def _contacts(customer: RequestCustomer) -> Iterable[tuple[str, str]]:
    pairs = (("mobile", customer.mobile), ("email", customer.email))
    return [(kind, value) for kind, value in pairs if value]


def _digests(customer: RequestCustomer) -> list[str]:
    return [one.hex() for one in digests_of(_contacts(customer))]


def _mask(customer: RequestCustomer) -> str:
    return next((mask(kind, value) for kind, value in _contacts(customer)), "")


def _handle(customer: RequestCustomer) -> Handle:
    named = (("mobile", customer.mobile), ("externalId", customer.external_id), ("email", customer.email))
    return next((Handle(name, value) for name, value in named if value), Handle())
