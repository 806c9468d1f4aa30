"""Requests as the queue draws them: what, for whom, by whom, since when, until when, and their marks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import reader
from apps.core.formats import clock, day, duration
from apps.goodwill.flags import is_over_budget
from apps.goodwill.models import GoodwillRequest, Kind
from apps.goodwill.money import given_words
from apps.goodwill.queue_figures import SOON
from apps.goodwill.store_budgets import BudgetsLeft

OWN_LIMIT = {"over_request", "over_day", "over_month", "no_limit"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A badge with a word of its own."""

    word: str | Promise
    icon: str
    tone: str = ""


LATE = Mark(gettext_lazy("Late"), "clock", "bad")
NEARLY = Mark(gettext_lazy("Nearly late"), "clock", "bad")
ESCALATED = Mark(gettext_lazy("Escalated"), "send", "info")
OVER_LIMIT = Mark(gettext_lazy("Over own limit"), "checks", "warn")
WATCH = Mark(gettext_lazy("Watch mark"), "flag", "warn")
DUPLICATE = Mark(gettext_lazy("Likely duplicate"), "copy", "warn")
STAFF = Mark(gettext_lazy("Staff match"), "user-shield", "bad")
OVER_BUDGET = Mark(gettext_lazy("Over store budget"), "building-store", "warn")
TWO = Mark(gettext_lazy("Two people decide"), "users", "info")
ELSEWHERE = Mark(gettext_lazy("Made elsewhere"), "share-3", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue. due is empty once it was decided."""

    request: GoodwillRequest
    title: str
    line: str
    due: str
    marks: list[Mark]
    url: str
    current: bool = False


def title_of(request: GoodwillRequest) -> str:
    """``500 points · Kavya Iyer``."""
    return f"{what(request)} · {whom(request)}"


def what(request: GoodwillRequest) -> str:
    """``500 points``, ``Coupon Sorry, 10 % off``, or ``Points`` while the number is not known."""
    if request.kind == Kind.COUPON:
        return _("Coupon %(series)s") % {"series": request.series.name} if request.series else _("Coupon")
    return given_words(request.kind, request.granted) if request.granted is not None else _("Points")


def whom(request: GoodwillRequest) -> str:
    """The customer's name, else what is known of them."""
    if request.customer_name or request.customer_mask:
        return request.customer_name or request.customer_mask
    if request.customer_id is not None:
        return _("customer %(id)s") % {"id": request.customer_id}
    return _("a customer not looked up yet")


def by_whom(request: GoodwillRequest) -> str:
    """Who asked, or where it was made."""
    return request.requester_name or request.origin_words or _("somebody elsewhere")


def due_words(request: GoodwillRequest, now: datetime) -> str:
    """``late by 20 min``, ``due in 12 min``, ``due 14:00`` or ``due 24 Nov 2026``."""
    if request.due_at is None:
        return ""
    left = request.due_at - now
    if left < timedelta(0):
        return _("late by %(span)s") % {"span": duration(-left)}
    if left < SOON:
        return _("due in %(span)s") % {"span": duration(left)}
    today = reader.local(request.due_at).date() == reader.local(now).date()
    return _("due %(when)s") % {"when": clock(request.due_at) if today else day(request.due_at)}


def marks_of(request: GoodwillRequest, *, budgets: BudgetsLeft, now: datetime) -> list[Mark]:
    """Its badges, the pressing ones first."""
    return list(_marks(request, budgets, now))


def _marks(request: GoodwillRequest, budgets: BudgetsLeft, now: datetime) -> Iterator[Mark]:
    rules = {one.get("rule") for one in request.why}
    if request.due_at is not None and request.due_at < now + SOON:
        yield LATE if request.due_at < now else NEARLY
    if request.escalated_at:
        yield ESCALATED
    if rules & OWN_LIMIT:
        yield OVER_LIMIT
    if "fraud" in rules:
        yield WATCH
    if request.needs_other_store:
        yield STAFF
    if getattr(request, "looks_alike", False):
        yield DUPLICATE
    if is_over_budget(request, budgets):
        yield OVER_BUDGET
    if request.approvals_needed > 1:
        yield TWO
    if request.origin == GoodwillRequest.Origin.ELSEWHERE:
        yield ELSEWHERE


def rows_of(
    found: Iterable[GoodwillRequest],
    *,
    budgets: BudgetsLeft,
    now: datetime,
    address: str,
    current: int | None,
) -> list[Row]:
    """Lines for the list; address is that of a request with 0 for its number."""
    return [
        Row(
            request=request,
            title=title_of(request),
            line=" · ".join(part for part in (by_whom(request), request.reason_words) if part),
            due=due_words(request, now) if not request.is_given and not request.has_ended else "",
            marks=marks_of(request, budgets=budgets, now=now) if request.state == "waiting" else [],
            url=address.replace("/0/", f"/{request.pk}/", 1),
            current=request.pk == current,
        )
        for request in found
    ]
