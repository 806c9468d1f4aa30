"""v2: which ledger entries the parameters of the ledger calls mean."""

from collections.abc import Container
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from rest_framework.request import Request

from apps.sandbox.api.dates import parse_filter
from apps.sandbox.api.errors import Refusal
from apps.sandbox.api.paging import number
from apps.sandbox.catalogue import STORES
from apps.sandbox.models import LedgerEntry

_PROMISED = Q(kind=LedgerEntry.Kind.PROMISED)
_NOTHING = Q(pk__in=[])
CATEGORIES = {
    "PROMISED": "DelayedAccrualPointCategory",
    "TRIGGER_BASED": "ExternalTriggerBasedPointCategory",
    "REGULAR": "Main",
}
_LONGEST = timedelta(days=30)
_USUAL = timedelta(days=7)


def narrowed(request: Request, entries: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
    """The entries of the window asked for, and of its programme, till, category and side. Raises Refusal 400."""
    start, end = _window(request)
    entries = entries.filter(at__gte=start, at__lte=end)
    if programme := number(request, "programId", 0):
        entries = entries.filter(programme_id=programme)
    elif request.query_params.get("includeTillConceptEvents", "").lower() == "true":
        raise Refusal(400, "includeTillConceptEvents needs programId")
    if till := number(request, "tillId", 0):
        stores = [store.code for store in STORES if store.till.id == till]
        entries = entries.filter(store_code__in=stores)
    category = one_of(request, "pointCategoryType", CATEGORIES)
    if category:
        entries = entries.filter({"PROMISED": _PROMISED, "REGULAR": ~_PROMISED}.get(category, _NOTHING))
    side = one_of(request, "ledgerEntryType", ("CREDIT", "DEBIT", "OPENING_BALANCE"))
    if side:
        entries = entries.filter({"CREDIT": Q(points__gt=0), "DEBIT": Q(points__lt=0)}.get(side, _NOTHING))
    return entries


def _window(request: Request) -> tuple[datetime, datetime]:
    start, end = moment(request, "startDate"), moment(request, "endDate")
    if end is None:
        end = start + _USUAL if start else timezone.now()
    start = start or end - _USUAL
    if not timedelta(0) <= end - start <= _LONGEST:
        raise Refusal(400, "startDate and endDate are at most 30 days apart")
    return start, end


def moment(request: Request, name: str) -> datetime | None:
    """A moment of the query. Raises Refusal 400."""
    text = request.query_params.get(name)
    try:
        return parse_filter(text) if text else None
    except ValueError as error:
        raise Refusal(400, f"{name} is not valid") from error


def one_of(request: Request, name: str, allowed: Container[str]) -> str:
    """A word of the query, empty when it is not there. Raises Refusal 400."""
    value = request.query_params.get(name, "")
    if value and value not in allowed:
        raise Refusal(400, f"{name} is not valid")
    return value
