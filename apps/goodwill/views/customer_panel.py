"""The panel on the customer's goodwill tab: what was asked for in this console."""

from datetime import timedelta
from decimal import Decimal

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from apps.core.formats import points
from apps.core.pages import render_page
from apps.goodwill.customer_panels import PANELS
from apps.goodwill.listing import lines, with_life
from apps.goodwill.models import GoodwillRequest, Kind
from apps.goodwill.models.visibility import GoodwillRequestQuerySet
from apps.goodwill.states import GIVEN
from apps.staff.access import permission_required, person_of

SHOWN = 20
OFFER = PANELS[0]
YEAR = timedelta(days=365)


@require_safe
@permission_required("staff.ask_goodwill")
def customer_panel(request: HttpRequest, customer_id: int) -> HttpResponse:
    """The newest ones this person may see, and the sum of twelve months over all stores."""
    every = GoodwillRequest.objects.of_customer(customer_id)
    found = list(with_life(every.visible_to(person_of(request)))[:SHOWN])
    context = {
        "customer_id": customer_id,
        "lines": lines(found),
        "sum": _year(every),
        # What components/panel.html draws.
        "id": f"panel-{OFFER['name']}",
        "title": OFFER["title"],
        "at": timezone.now(),
        "source": OFFER["source"],
        "load_url": reverse("goodwill:customer_panel", args=[customer_id]),
        "state": "ok" if found else "empty",
        "flush": True,
        "empty_icon": "gift",
        "empty_title": _("Nothing asked in this console."),
        "empty_text": _("Goodwill asked for here shows with every step."),
    }
    return render_page(request, "goodwill/customer.html", context, fragment="goodwill/_customer_panel.html")


def _year(every: GoodwillRequestQuerySet) -> str:
    """What was approved in twelve months, as a sentence."""
    given = every.filter(state__in=GIVEN, kind=Kind.POINTS, decided_at__gte=timezone.now() - YEAR).order_by()
    row = given.aggregate(sum=Coalesce(Sum("approved_amount"), Decimal(0)), count=Count("pk"))
    if not row["count"]:
        return str(_("No points given through this console in 12 months."))
    acts = ngettext("in %(count)s act", "in %(count)s acts", row["count"]) % {"count": row["count"]}
    return _("In 12 months through this console: %(points)s %(acts)s.") % {
        "points": points(row["sum"]),
        "acts": acts,
    }
