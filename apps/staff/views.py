"""The first page after signing in, the lists of people and stores, and whose mobile is whose."""

from contextlib import suppress

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from apps.core.errors import BadInput
from apps.core.pages import render_page
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of
from apps.staff.forms import MobileForm
from apps.staff.models import Store, User
from apps.staff.services import set_mobile

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
    may = person_of(request).has_perm("staff.manage_staff")
    return render_page(request, "staff/people.html", {"people": found, "may_change": may})


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("staff.manage_staff")
def person_mobile(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks for somebody's own mobile; POST keeps its hash."""
    person = User.objects.visible_to(person_of(request)).filter(pk=pk).first()
    if person is None:
        raise Http404
    form, status = MobileForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST" and form.is_valid():
        try:
            set_mobile(actor=actor_of(request), person=person, mobile=form.cleaned_data["mobile"])
        except BadInput as error:
            form.add_error("mobile", error.message)
        else:
            words = _("The mobile of %(name)s is known.") if person.mobile_digest else _("%(name)s has none.")
            messages.success(request, words % {"name": person.name})
            return redirect("staff:people")
    if form.errors:
        status = 422
    return render(request, "staff/person_mobile.html", {"person": person, "form": form}, status=status)


@require_safe
@permission_required("staff.view_people")
def stores(request: HttpRequest) -> HttpResponse:
    """The stores this person may see, with the codes other systems know them by."""
    return render_page(request, "staff/stores.html", {"stores": Store.objects.visible_to(person_of(request))})
