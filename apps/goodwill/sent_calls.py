"""The calls one request caused, also where the same click decided on others."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from apps.audit.models import Entry
from apps.audit.queries import EntryQuerySet
from apps.goodwill.models import GoodwillRequest
from apps.goodwill.numbers import PREFIX

MOST = 500
SIGNING_IN = "/v3/oauth/"
DECISIONS = ("/request/approve", "/request/reject")


def halves_of(request: GoodwillRequest, visible: EntryQuerySet) -> tuple[list[Entry], bool]:
    """Both halves of its calls in order, and whether there are more than can be shown.

    Calls of its clicks that are about the request's own customer, or about nobody and neither name another
    request nor belong to a click that decided on several: there only what names this one is its own.
    """
    own = visible.about_subject(request.number).exclude(action="goodwill.request.viewed")
    references = {request.correlation, *(act.correlation for act in request.acts.all())}
    references = {*references, *own.order_by().values_list("reference", flat=True).distinct()} - {""}
    whose = Q(customer="") if request.customer_id is None else Q(customer__in=["", str(request.customer_id)])
    sent = visible.filter(whose, reference__in=references, action="call.sent", call_id__gt="").order_by("id")
    found = list(sent[: MOST + 1])
    several = _of_several(request, visible, references)
    names = [one.call_id for one in found[:MOST] if _is_own(one, request, several)]
    halves = visible.filter(call_id__in=names, call_id__gt="").order_by("id")
    return list(halves), len(found) > MOST


def _of_several(request: GoodwillRequest, visible: EntryQuerySet, references: set[str]) -> set[str]:
    """References of clicks that are about other requests too."""
    others = visible.filter(reference__in=references, subject__startswith=PREFIX)
    return set(others.exclude(subject=request.number).order_by().values_list("reference", flat=True))


def _is_own(half: Entry, request: GoodwillRequest, several: set[str]) -> bool:
    named = set(_ids(half))
    if named:
        return request.outside_id in named
    if half.customer:
        return True
    return half.reference not in several or half.path.startswith(SIGNING_IN)


def _ids(half: Entry) -> Iterator[str]:
    """Ids of the single requests a call reads or decides; a stretch of many names none."""
    call = half.content["call"]
    params = call.get("params") or {}
    if isinstance(params, dict) and params.get("start_id") and params["start_id"] == params.get("end_id"):
        yield str(params["start_id"])
    if half.path.endswith(DECISIONS):
        yield from _ids_in(call.get("body"))


def _ids_in(body: Any) -> Iterator[str]:
    if isinstance(body, dict):
        for name, value in body.items():
            if name == "id" and isinstance(value, str | int):
                yield str(value)
            else:
                yield from _ids_in(value)
    elif isinstance(body, list):
        for one in body:
            yield from _ids_in(one)
