"""The first page after signing in, and the lists of people and stores."""

from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch
from django.views.decorators.http import require_safe

from apps.core.pages import render_page
from apps.staff.access import permission_required, person_of
from apps.staff.models import Store, User

# The first of these that a person may open is where they start.
STARTS = (
    ("staff.approve_goodwill", "goodwill:approvals"),
    ("staff.view_customers", "customers:lookup"),
    ("staff.view_health", "operations:health"),
    ("staff.view_trail", "audit:trail"),
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send each person to the page their work starts on."""
    for permission, url_name in STARTS:
        # A room above may be left out of a house; its people then start on the next page.
        with suppress(NoReverseMatch):
            if request.user.has_perm(permission):
                return redirect(url_name)
    return render(request, "staff/nothing_yet.html")


@require_safe
@permission_required("staff.view_people")
def people(request: HttpRequest) -> HttpResponse:
    """Everybody this person may see, with roles, stores and last sign-in."""
    found = User.objects.visible_to(person_of(request)).prefetch_related("memberships__store")
    return render_page(request, "staff/people.html", {"people": found})


@require_safe
@permission_required("staff.view_people")
def stores(request: HttpRequest) -> HttpResponse:
    """The stores this person may see, with the codes other systems know them by."""
    return render_page(request, "staff/stores.html", {"stores": Store.objects.visible_to(person_of(request))})
