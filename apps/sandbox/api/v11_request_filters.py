"""v1.1: which goodwill requests the parameters of request/get and request/logs mean."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from rest_framework.request import Request

from apps.sandbox.api.errors import Refusal
from apps.sandbox.api.identifiers import find_anywhere
from apps.sandbox.api.paging import number
from apps.sandbox.api.v11_envelope import between, survivor_of
from apps.sandbox.goodwill.asking import KINDS
from apps.sandbox.models import GoodwillRequest

_TYPES = frozenset({"CHANGE_IDENTIFIER", "GOODWILL", "TRANSACTION_UPDATE"})
_BASE_TYPES = frozenset({*KINDS, "MOBILE", "EMAIL", "EXTERNAL_ID", "MERGE", "ADDRESS"})
_CUSTOMER = ("user_id", "email", "mobile", "external_id")


@dataclass(frozen=True)
class Found:
    """What matches; problem: the customer named could not be found, so nothing does."""

    rows: QuerySet[GoodwillRequest]
    problem: Refusal | None = None


def matching(request: Request, *, by_whom: bool = False) -> Found:
    """by_whom: the filters of request/logs, where user_id is a flag and customer_id the internal id.

    Raises Refusal 400 for a value that means nothing.
    """
    found = _of_kind(request) & _between(request) & (_by_whom(request) if by_whom else Q())
    names = tuple("customer_id" if by_whom and name == "user_id" else name for name in _CUSTOMER)
    try:
        found &= _of_customer(request, names)
    except Refusal as error:
        return Found(GoodwillRequest.objects.none(), error)
    return Found(GoodwillRequest.objects.filter(found))


def _of_customer(request: Request, names: tuple[str, ...]) -> Q:
    name = next((name for name in names if request.query_params.get(name)), None)
    if name is None:
        return Q()
    customer = find_anywhere(name, request.query_params[name].strip())
    # Those filed before a merge stay with the customer they were filed for.
    return Q(customer__in={customer.id, survivor_of(customer).id})


def _of_kind(request: Request) -> Q:
    kind = _one_of(request, "type", _TYPES)
    base_type = _one_of(request, "base_type", _BASE_TYPES)
    status = _one_of(request, "status", frozenset(GoodwillRequest.Status.values))
    found = Q(status=status) if status else Q()
    if kind not in ("", "GOODWILL"):
        # Other kinds are not played: there are none of them.
        return found & Q(pk__in=[])
    return found & Q(type=KINDS.get(base_type, base_type)) if base_type else found


def _between(request: Request) -> Q:
    start, end = between(request)
    found = Q(added_at__gte=start) if start else Q()
    found &= Q(added_at__lt=end) if end else Q()
    if request.query_params.get("start_id"):
        found &= Q(id__gte=number(request, "start_id", 0))
    if request.query_params.get("end_id"):
        found &= Q(id__lte=number(request, "end_id", 0))
    return found


def _by_whom(request: Request) -> Q:
    query, found = request.query_params, Q()
    for name in ("added_by", "updated_by"):
        if value := query.get(name):
            found &= Q(**{name: value})
    if approval := _one_of(request, "approval_type", frozenset(GoodwillRequest.Approval.values)):
        found &= Q(approval_type=approval)
    if query.get("request_id"):
        found &= Q(id=number(request, "request_id", 0))
    if one_step := query.get("is_one_step_change"):
        found &= Q(one_step=one_step.lower() in ("true", "1"))
    return found


def _one_of(request: Request, name: str, allowed: frozenset[str]) -> str:
    value = request.query_params.get(name, "")
    if value and value not in allowed:
        raise Refusal(400, f"{name} is not valid")
    return value
