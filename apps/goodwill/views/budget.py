"""The month's goodwill budget of a manager's stores: used, left, by reason and person. Reads only."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from apps.core.pages import render_page
from apps.goodwill.budgets import month_begins
from apps.goodwill.queue import DECIDE
from apps.goodwill.store_budgets import months_of
from apps.goodwill.views.queue import stores_of
from apps.staff.access import permission_required, person_of


@require_safe
@permission_required(DECIDE)
def budget(request: HttpRequest) -> HttpResponse:
    """One panel per store and kind."""
    months = months_of(stores_of(person_of(request)))
    context = {"months": months, "month": month_begins()}
    return render_page(request, "goodwill/budget.html", context)
