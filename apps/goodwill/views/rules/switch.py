"""The off switch: for all stores or for one, with the reason everybody reads."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.pages import INVALID_FORM, render_page
from apps.goodwill.forms_rules import OffForm, OnForm
from apps.goodwill.models import Switch
from apps.goodwill.switches import switches_off, turn_off, turn_on
from apps.goodwill.views.rules.acting import CHANGE, accepted, by, done
from apps.staff.access import permission_required

HERE = "goodwill:rules_switch"


@require_safe
@permission_required(CHANGE)
def rules_switch(request: HttpRequest) -> HttpResponse:
    """What is off, since when, by whom and why."""
    return _page(request)


@require_POST
@permission_required(CHANGE)
def rules_switch_off(request: HttpRequest) -> HttpResponse:
    """Stop asking and approving."""
    form = OffForm(request.POST)
    if not accepted(form, lambda: turn_off(**by(request), **form.cleaned_data)):
        return _page(request, off=form)
    store = form.cleaned_data["store"]
    where = store.name if store else _("all stores")
    return done(request, _("Goodwill is switched off for %(where)s.") % {"where": where}, HERE)


@require_POST
@permission_required(CHANGE)
def rules_switch_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it run again."""
    switch = get_object_or_404(Switch.objects.select_related("store"), pk=pk, off=True)
    form = OnForm(request.POST, auto_id=f"on_{pk}_%s")
    if not accepted(form, lambda: turn_on(**by(request), store=switch.store, **form.cleaned_data)):
        return _page(request, on=(switch.pk, form))
    still = [one for one in switches_off() if switch.store is None or one.store is None]
    if still:
        where = ", ".join(one.store.name if one.store else _("all stores") for one in still)
        messages.warning(request, _("It is still switched off for %(where)s.") % {"where": where})
        return redirect(HERE)
    where = switch.store.name if switch.store else _("all stores")
    return done(request, _("Goodwill is on again for %(where)s.") % {"where": where}, HERE)


def _page(
    request: HttpRequest, *, off: OffForm | None = None, on: tuple[int, OnForm] | None = None
) -> HttpResponse:
    rows = [
        {"switch": one, "form": on[1] if on and on[0] == one.pk else OnForm(auto_id=f"on_{one.pk}_%s")}
        for one in switches_off()
    ]
    page = {"form": off or OffForm(), "rows": rows}
    return render_page(request, "goodwill/rules/switch.html", page, status=INVALID_FORM if off or on else 200)
