"""The queue: the list with its counters and filters, and beside it what went wrong."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from apps.core.formats import number
from apps.core.pages import render_page
from apps.goodwill.causes import CAUSES
from apps.goodwill.flags import lookalike
from apps.goodwill.forms_queue import QueueForm
from apps.goodwill.models import GoodwillRequest
from apps.goodwill.models.visibility import GoodwillRequestQuerySet
from apps.goodwill.queue import (
    DECIDE,
    NOT_CREDITED,
    UNKNOWN,
    Filters,
    cursor_of,
    hands_of,
    listed,
    narrowed,
    page_of,
    plain_filters,
    waiting_for,
)
from apps.goodwill.queue_figures import Figures, figures, troubled
from apps.goodwill.queue_rows import rows_of, title_of
from apps.goodwill.store_budgets import BudgetsLeft, budgets_left
from apps.staff.access import permission_required, person_of
from apps.staff.models import Store, User
from apps.staff.stores import stores_where

BESIDE = 5


@dataclass(frozen=True)
class Desk:
    """What every page of the queue begins with: who looks, at what, and the budgets of their stores."""

    user: User
    filters: Filters
    now: datetime
    budgets: BudgetsLeft

    @property
    def rows(self) -> GoodwillRequestQuerySet:
        """The list in force."""
        return listed(self.user, self.filters, budgets=self.budgets, now=self.now)


def desk_of(request: HttpRequest) -> Desk:
    """The desk of the person who asks, with the filters of the address."""
    user = person_of(request)
    stores = stores_where(user, DECIDE)
    now = timezone.now()
    return Desk(user, plain_filters(request.GET.dict()), now, budgets_left(stores, now))


@require_safe
@permission_required(DECIDE)
def approvals(request: HttpRequest) -> HttpResponse:
    """The queue, and beside it what is approved and not credited, and what is not known yet."""
    desk = desk_of(request)
    context = list_of(request, desk)
    if not context["selecting"]:
        context |= _beside(desk.user)
    return render_page(request, "goodwill/queue.html", context, fragment="goodwill/_queue.html")


def list_of(request: HttpRequest, desk: Desk, current: GoodwillRequest | None = None) -> dict[str, Any]:
    """The left side: counters, chips, filters, one page of the list."""
    filters, path = desk.filters, reverse("goodwill:approvals")
    page = page_of(
        desk.rows.annotate(looks_alike=lookalike(desk.now)),
        after=cursor_of(request.GET.get("after", "")),
        before=cursor_of(request.GET.get("before", "")),
    )
    counted = figures(narrowed(waiting_for(desk.user), filters), budgets=desk.budgets, now=desk.now)
    trouble = troubled(desk.user)
    turned = {name: request.GET[name] for name in ("after", "before") if request.GET.get(name)}
    address = filters.address(reverse("goodwill:evidence", args=[0]), **turned)
    stores = [one.store for one in desk.user.memberships_now if one.store]
    form = QueueForm(vars_of(filters), stores=stores)
    return {
        "filters": filters,
        "figures": counted,
        "trouble": trouble,
        "chips": _chips(filters, counted, trouble),
        "form": form,
        "tokens": _tokens(filters, form),
        "rows": rows_of(
            page.rows,
            budgets=desk.budgets,
            now=desk.now,
            address=address,
            current=current.pk if current else None,
        ),
        "summary": _summary(filters, len(page.rows), counted),
        "sooner_url": filters.address(path, before=str(page.before)) if page.before else "",
        "later_url": filters.address(path, after=str(page.after)) if page.after else "",
        "queue_url": filters.address(path, **turned),
        "select_url": filters.address(path, select="1", **turned),
        "selecting": bool(request.GET.get("select")) and filters.waits and current is None,
        "stores_words": ", ".join(dict.fromkeys(store.name for store in stores)),
        "bare_url": path,
    }


def vars_of(filters: Filters) -> dict[str, str]:
    """The filters by name."""
    return {name: getattr(filters, name) for name in Filters.__dataclass_fields__}


def _beside(user: User) -> dict[str, Any]:
    """The newest of what went wrong, with likely causes in words. Two queries."""
    mine = hands_of(user).select_related("store", "series").order_by("-id")
    return {
        "not_credited": [
            (one, title_of(one), [CAUSES.get(code, code) for code in one.causes])
            for one in mine.not_credited()[:BESIDE]
        ],
        "unknown": [
            (one, title_of(one)) for one in mine.filter(acts__state__in=["unknown", "person"])[:BESIDE]
        ],
    }


def _chips(filters: Filters, counted: Figures, trouble: Any) -> list[dict[str, Any]]:
    offered: list[tuple[str, str, int]] = [
        ("", _("All"), counted.waiting),
        ("late", _("Late"), counted.late),
        ("nearly_late", _("Nearly late"), counted.nearly_late),
        ("flagged", _("Flagged"), counted.flagged),
        ("coupons", _("Coupons"), counted.coupons),
        ("over_budget", _("Over budget"), counted.over_budget),
        (NOT_CREDITED, _("Not credited"), trouble.not_credited),
        (UNKNOWN, _("Not known yet"), trouble.unknown),
    ]
    seldom = {"late", NOT_CREDITED, UNKNOWN}
    path = reverse("goodwill:approvals")
    return [
        {
            "label": label,
            "url": filters.address(path, show=show) if show else filters.without("show").address(path),
            "current": filters.show == show,
            "count": count,
        }
        for show, label, count in offered
        if count or filters.show == show or show not in seldom
    ]


def _tokens(filters: Filters, form: QueueForm) -> list[dict[str, str]]:
    path = reverse("goodwill:approvals")
    return [
        {
            "label": str(form.fields[name].label),
            "value": form.words_of(name, getattr(filters, name)),
            "url": filters.without(name).address(path),
        }
        for name in ("store", "by", "reason", "origin")
        if getattr(filters, name)
    ]


def _summary(filters: Filters, shown: int, counted: Figures) -> str:
    totals = {
        "": counted.waiting,
        "late": counted.late,
        "nearly_late": counted.nearly_late,
        "flagged": counted.flagged,
        "coupons": counted.coupons,
        "over_budget": counted.over_budget,
    }
    total = max(totals.get(filters.show, shown), shown)
    if total == shown:
        return ngettext("%(count)s request.", "%(count)s requests, oldest due first.", total) % {
            "count": number(total)
        }
    return _("%(shown)s of %(total)s, oldest due first.") % {"shown": shown, "total": number(total)}


def stores_of(user: User) -> list[Store]:
    """The stores this person decides for, by name."""
    ids = set(stores_where(user, DECIDE))
    found = {one.store.pk: one.store for one in user.memberships_now if one.store and one.store.pk in ids}
    return sorted(found.values(), key=lambda store: (store.name, store.pk))
