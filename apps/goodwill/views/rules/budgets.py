"""Budgets: a month of all stores, one store's month, and copying the month before."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.pages import INVALID_FORM, render_page
from apps.goodwill.confirming import as_text
from apps.goodwill.forms_rules import BudgetForm
from apps.goodwill.models import Budget, Kind
from apps.goodwill.rulebook import budgets
from apps.goodwill.views.rules.acting import CHANGE, changed, done, tried_change
from apps.staff.access import permission_required
from apps.staff.actors import actor_of
from apps.staff.confirming.acting import by_of
from apps.staff.confirming.guard import needs_second
from apps.staff.confirming.kinds import named
from apps.staff.models import Store


@require_safe
@permission_required(CHANGE)
def rules_budgets(request: HttpRequest) -> HttpResponse:
    """Every store's budgets of a month (``?month=2026-11``), with what is used."""
    month = budgets.month_named(request.GET.get("month", ""))
    return render_page(request, "goodwill/rules/budgets.html", {"rows": rows_of(month), **_around(month)})


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE)
def rules_budget(request: HttpRequest, pk: int, month: str) -> HttpResponse:
    """Set one store's budgets of a month."""
    store, day = get_object_or_404(Store, pk=pk), budgets.month_named(month)
    found = budgets.budgets_of(day, [store])
    kept = {kind: found[store.pk, kind] for kind in Kind.values}
    typed = request.POST if request.method == "POST" else None
    form = BudgetForm(typed, initial={kind: one.amount for kind, one in kept.items() if one.is_own})
    words = _("The budgets of %(store)s are set.") % {"store": store.name}

    def values() -> dict[str, Any]:
        amounts = {kind: as_text(form.cleaned_data[kind]) for kind in Kind.values}
        return {"store": store.pk, "month": day.isoformat(), "opened": form.mark, **amounts}

    answer = changed(
        request, form, "goodwill.budgets_set", values, lambda: done(request, words, _address(day))
    )
    if answer:
        return answer
    page = {"form": form, "store": store, "kept": kept, **_around(day)}
    status = INVALID_FORM if form.errors else 200
    return render_page(request, "goodwill/rules/budget.html", page, status=status)


@require_POST
@permission_required(CHANGE)
def rules_budgets_copy(request: HttpRequest, month: str) -> HttpResponse:
    """Set the budgets of all stores to those of the month before."""
    day, kind = budgets.month_named(month), named("goodwill.budgets_copy")
    values = {"month": day.isoformat()}
    if needs_second(actor_of(request)):
        return tried_change(
            request, kind.name, lambda: values, lambda: redirect(_address(day)), _address(day)
        )
    return _copied(request, kind.apply(by_of(request), values), day)


def _copied(request: HttpRequest, copied: budgets.Copied, day: date) -> HttpResponse:
    """How many are set, and which are not."""
    if copied.changed:
        words = ngettext("%(count)s budget is set.", "%(count)s budgets are set.", copied.changed)
        messages.success(request, words % {"count": copied.changed})
    elif not copied.kept:
        messages.info(request, _("All budgets are those of the month before already."))
    if copied.kept:
        words = _("Not copied, because more is used already: %(which)s.")
        messages.warning(request, words % {"which": "; ".join(copied.kept)})
    return redirect(_address(day))


def rows_of(month: date) -> list[dict[str, Any]]:
    """Each open store with its budget of points and of coupons; closed ones that have one."""
    stores = list(Store.objects.open_or(Budget.objects.values("store")))
    found = budgets.budgets_of(month, stores)
    return [{"store": one} | {kind: found[one.pk, kind] for kind in Kind.values} for one in stores]


def _around(month: date) -> dict[str, Any]:
    now = budgets.this_month()
    return {
        "month": month,
        "before": budgets.other_month(month, -1),
        "after": budgets.other_month(month, 1)
        if month < budgets.other_month(now, budgets.MONTHS_AHEAD)
        else None,
        "is_open": month >= now,
        "is_now": month == now,
    }


def _address(month: date) -> str:
    return f"{reverse('goodwill:rules_budgets')}?month={month:%Y-%m}"
