"""An administrator ends the link between a person and their account at the provider."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.staff.access import permission_required
from apps.staff.confirming.acting import change
from apps.staff.factors.reauthenticate import reauthenticate
from apps.staff.people.views import found


@require_POST
@permission_required("staff.manage_staff")
@reauthenticate
def person_account_end(request: HttpRequest, pk: int) -> HttpResponse:
    """The account is no longer theirs; all their sessions end. A second person confirms it: the next account with their
    address becomes theirs."""
    who = found(request, pk)

    def done() -> HttpResponse:
        messages.success(request, _("%(name)s is linked to no account any more.") % {"name": who.name})
        return redirect("staff:person", pk)

    if who.linked_accounts.exists():
        return change(request, "staff.account_ends", {"pk": who.pk}, done)
    messages.info(request, _("%(name)s was linked to no account.") % {"name": who.name})
    return redirect("staff:person", pk)
