"""The page that says what somebody may do and why: for administrators of anybody, for everybody of themselves."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from apps.core.pages import render_page
from apps.staff.access import permission_required, person_of
from apps.staff.models import User
from apps.staff.people.views import found
from apps.staff.people.why import permissions_of_person


@require_safe
@permission_required("staff.view_people")
def person_permissions(request: HttpRequest, pk: int) -> HttpResponse:
    """Of anybody this person may see."""
    return _page(request, found(request, pk))


@require_safe
def account_permissions(request: HttpRequest) -> HttpResponse:
    """Of oneself."""
    return _page(request, person_of(request))


def _page(request: HttpRequest, who: User) -> HttpResponse:
    every = permissions_of_person(who)
    context = {
        "person": who,
        "is_self": who.pk == person_of(request).pk,
        "allowed": [one for one in every if one.grants],
        "denied": [one for one in every if not one.grants],
    }
    return render_page(request, "staff/why/permissions.html", context)
