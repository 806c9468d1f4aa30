"""The first page after signing in, the list of people, and whose mobile is whose."""

from contextlib import suppress

from django.contrib import messages
from django.db.models import Prefetch
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
from apps.staff.confirming.acting import change
from apps.staff.factors.reauthenticate import reauthenticate
from apps.staff.forms import MobileForm
from apps.staff.models import Membership, User
from apps.staff.services import set_mobile

# The first of these that a person may open is where they start.
STARTS = (
    ("staff.approve_goodwill", "goodwill:approvals"),
    ("staff.view_customers", "customers:lookup"),
    ("staff.view_health", "operations:health"),
    ("staff.view_trail", "audit:trail"),
    ("staff.run_operations", "operations:list"),
    ("staff.approve_reversals", "points:reversals"),
    ("staff.view_referral_signals", "referrals:signals"),
    ("staff.view_people", "staff:people"),
    ("staff.review_access", "staff:reviews"),
    ("staff.handle_subject_requests", "audit:subject_requests"),
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
    held = Prefetch("memberships", Membership.objects.counting().with_places(), to_attr="counting")
    found = User.objects.people().visible_to(person_of(request)).prefetch_related(held, "linked_accounts")
    may = person_of(request).has_perm("staff.manage_staff")
    return render_page(request, "staff/people.html", {"people": found, "may_change": may})


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("staff.manage_staff")
@reauthenticate
def person_mobile(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks for somebody's own mobile; POST keeps its hash. Where one is known a second person confirms it: by it
    the console sees that somebody gives something to themselves."""
    person = User.objects.people().visible_to(person_of(request)).filter(pk=pk).first()
    if person is None:
        raise Http404
    form, status = MobileForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST" and form.is_valid():
        try:
            return _mobile_kept(request, person, form.cleaned_data["mobile"])
        except BadInput as error:
            form.add_error("mobile", error.message)
    if form.errors:
        status = 422
    return render(request, "staff/person_mobile.html", {"person": person, "form": form}, status=status)


def _mobile_kept(request: HttpRequest, person: User, mobile: str) -> HttpResponse:
    """Raises: BadInput"""

    def done() -> HttpResponse:
        words = _("The mobile of %(name)s is known.") if mobile.strip() else _("%(name)s has none.")
        messages.success(request, words % {"name": person.name})
        return redirect("staff:person", person.pk)

    if person.mobile_digest:
        return change(request, "staff.mobile", {"pk": person.pk, "mobile": mobile.strip()}, done)
    set_mobile(actor=actor_of(request), person=person, mobile=mobile)
    return done()
