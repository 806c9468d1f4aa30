"""Endpoints of webhooks: the list, a new one with its secret shown once, and each with what it was told."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.errors import BadInput
from apps.core.faults import Faults
from apps.core.pages import INVALID_FORM, render_page
from apps.operations.webhooks import changes, reaching, registering
from apps.operations.webhooks.events import EVENTS, in_words
from apps.operations.webhooks.forms import EndpointForm
from apps.operations.webhooks.rows import Delivery, Endpoint
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of
from apps.staff.confirming.acting import change
from apps.staff.confirming.again import shows_once
from apps.staff.factors.reauthenticate import reauthenticate

SHOWN = 100
MANAGE = "staff.manage_staff"


@require_safe
@permission_required(MANAGE, "staff.view_trail")
def webhooks(request: HttpRequest) -> HttpResponse:
    """Every endpoint with its state."""
    context: dict[str, Any] = {"endpoints": [(one, in_words(one)) for one in Endpoint.objects.present()]}
    context["may_change"] = person_of(request).has_perm(MANAGE)
    return render_page(request, "operations/webhooks/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(MANAGE)
@reauthenticate
@shows_once
def webhook_add(request: HttpRequest) -> HttpResponse:
    """GET asks for name, address and events; POST adds it and shows its secret, this once, when a second person has
    confirmed it. Whoever pressed twice sees it all the same."""
    form = EndpointForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            faults = Faults()
            with faults:
                registering.check_name(form.cleaned_data["name"])
            # Where it leads is looked up now, beside the form, and again before each message.
            with faults:
                reaching.target(form.cleaned_data["url"])
            faults.tell()
            values = {name: form.cleaned_data[name] for name in ("name", "url", "events")}
            return change(request, changes.ADD, values, lambda: redirect("operations:webhooks"))
        except BadInput as error:
            form.tell(error)
    status = INVALID_FORM if request.method == "POST" else 200
    return render_page(request, "operations/webhooks/add.html", {"form": form}, status=status)


@require_safe
@permission_required(MANAGE, "staff.view_trail")
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """One endpoint, and the newest of what it was told."""
    endpoint = get_object_or_404(Endpoint.objects.present(), pk=pk)
    context = {
        "endpoint": endpoint,
        "events": in_words(endpoint),
        "deliveries": [(one, EVENTS.get(one.event, one.event)) for one in endpoint.deliveries.all()[:SHOWN]],
        "shown": SHOWN,
        "may_change": person_of(request).has_perm(MANAGE),
    }
    return render_page(request, "operations/webhooks/endpoint.html", context)


@require_POST
@permission_required(MANAGE)
@reauthenticate
def webhook_switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Off at once; on when a second person has confirmed it."""
    endpoint = get_object_or_404(Endpoint.objects.present(), pk=pk)

    def done() -> HttpResponse:
        messages.success(request, words % {"name": endpoint.name})
        return redirect("operations:webhook", pk)

    if request.POST.get("on") == "1":
        words = _("%(name)s is told of events again.")
        return change(request, changes.ON, {"pk": pk, "name": endpoint.name}, done)
    words = _("%(name)s is told of nothing now.")
    registering.switch(actor=actor_of(request), pk=pk, on=False)
    return done()


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(MANAGE)
@reauthenticate
def webhook_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says what goes with it; POST removes it."""
    if request.method != "POST":
        endpoint = get_object_or_404(Endpoint.objects.present(), pk=pk)
        return render_page(request, "operations/webhooks/remove.html", {"endpoint": endpoint})
    endpoint = registering.remove(actor=actor_of(request), pk=pk)
    messages.success(request, _("The webhook %(name)s is removed.") % {"name": endpoint.name})
    return redirect("operations:webhooks")


@require_POST
@permission_required(MANAGE)
def webhook_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one message again."""
    one: Delivery = registering.send_again(actor=actor_of(request), pk=pk)
    messages.success(request, _("The message is sent again in a moment."))
    return redirect("operations:webhook", one.endpoint_id)
