"""All rules of goodwill on one page, each with the way to where it is set."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from apps.core.pages import render_page
from apps.goodwill.forms_limits import PersonForm
from apps.goodwill.models import CouponSeries, Reason
from apps.goodwill.rulebook import limits
from apps.goodwill.rulebook.budgets import this_month
from apps.goodwill.rulebook.times import StoreTimes, own_times, times_for_all
from apps.goodwill.switches import GOODWILL
from apps.goodwill.views.rules.acting import READ
from apps.goodwill.views.rules.budgets import rows_of
from apps.operations.switches import switches_off
from apps.staff.access import permission_required


@require_safe
@permission_required(READ)
def rules(request: HttpRequest) -> HttpResponse:
    """What holds now; auditors read it too, only administrators change it."""
    month, for_all = this_month(), times_for_all()
    page = {
        "off": switches_off(GOODWILL),
        "limits": [row for group in limits.groups(limits.rules()) for row in group.rows],
        "month": month,
        "rows": rows_of(month),
        "reasons": Reason.objects.order_by("position", "title"),
        "series": CouponSeries.objects.offered(),
        "for_all": StoreTimes(None, for_all, is_own=True),
        "own_times": own_times(),
        "checker": PersonForm(),
    }
    return render_page(request, "goodwill/rules/overview.html", page)
