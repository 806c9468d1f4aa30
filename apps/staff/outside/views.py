"""The page of the connection, and the check of its set-up."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.pages import render_page
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of
from apps.staff.connection import config
from apps.staff.outside import facts
from apps.staff.outside.checking import check_set_up
from apps.staff.outside.showing import shown
from apps.staff.outside_models import ConnectionCheck

MAY = "staff.check_connection"


@require_safe
@permission_required(MAY)
def connection(request: HttpRequest) -> HttpResponse:
    """What the environment says about the connection, and what the last check found."""
    conf, check = config(), ConnectionCheck.objects.first()
    context = {
        "facts": facts.facts(conf),
        "sources": facts.sources(conf),
        "check": check,
        "rows": shown(check) if check else [],
    }
    return render_page(request, "staff/connection.html", context)


@require_POST
@permission_required(MAY)
def connection_check(request: HttpRequest) -> HttpResponse:
    """Ask Capillary; the page then shows what came back."""
    check_set_up(actor=actor_of(request), user=person_of(request))
    messages.success(request, _("The set-up was checked."))
    return redirect("staff:connection")
