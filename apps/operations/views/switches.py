"""The off switches: every act, for all stores and for each, with the reason everybody concerned reads."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.pages import INVALID_FORM, render_page
from apps.operations.forms import OffForm, OnForm
from apps.operations.models import Switch
from apps.operations.switches import (
    MAY_SWITCH,
    SwitchedAct,
    act_named,
    acts,
    label_of,
    switches_off,
    turn_off,
    turn_on,
)
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of
from apps.staff.models import Store

READ = "staff.view_trail"
HERE = "operations:switches"


@dataclass(frozen=True)
class Cell:
    """One act at one place: the last word about it (None: never switched), and whether all are off there."""

    act: SwitchedAct
    switch: Switch | None
    for_all: bool

    @property
    def off(self) -> bool:
        """Its own switch is off."""
        return self.switch is not None and self.switch.off


@require_safe
@permission_required(READ)
def switches(request: HttpRequest) -> HttpResponse:
    """What is on and off, since when, by whom and why; ``?act=…&store=…`` fills the form in beforehand."""
    return _page(request)


@require_POST
@permission_required(MAY_SWITCH)
def switch_off(request: HttpRequest) -> HttpResponse:
    """Stop an act."""
    form = OffForm(request.POST)
    if not form.is_valid():
        return _page(request, off=form)
    switch = turn_off(actor=actor_of(request), user=person_of(request), **form.cleaned_data)
    words = {"act": label_of(switch), "where": _where(switch)}
    messages.success(request, _("%(act)s is switched off for %(where)s.") % words)
    return redirect(HERE)


@require_POST
@permission_required(MAY_SWITCH)
def switch_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it run again."""
    known = [one.code for one in acts()]
    switch = get_object_or_404(Switch.objects.select_related("store"), pk=pk, off=True, act__in=known)
    form = OnForm(request.POST, auto_id=f"on_{pk}_%s")
    if not form.is_valid():
        return _page(request, on=(switch.pk, form))
    turn_on(
        actor=actor_of(request),
        user=person_of(request),
        act=switch.act,
        store=switch.store,
        **form.cleaned_data,
    )
    still = [one for one in switches_off(switch.act) if switch.store is None or one.store is None]
    words = {"act": label_of(switch), "where": _where(*still) if still else _where(switch)}
    if still:
        messages.warning(request, _("%(act)s is still switched off for %(where)s.") % words)
    else:
        messages.success(request, _("%(act)s is on again for %(where)s.") % words)
    return redirect(HERE)


def _page(
    request: HttpRequest, *, off: OffForm | None = None, on: tuple[int, OnForm] | None = None
) -> HttpResponse:
    rows = list(Switch.objects.filter(act__in=[one.code for one in acts()]).select_related("store"))
    page = {
        "form": off or OffForm(initial={name: request.GET.get(name, "") for name in ("act", "store")}),
        "rows": [
            {
                "switch": one,
                "act": act_named(one.act),
                "form": on[1] if on and on[0] == one.pk else OnForm(auto_id=f"on_{one.pk}_%s"),
            }
            for one in sorted(rows, key=_order)
            if one.off
        ],
        "acts": acts(),
        "places": _places(rows),
        "may_switch": person_of(request).has_perm(MAY_SWITCH),
    }
    return render_page(request, "operations/switches.html", page, status=INVALID_FORM if off or on else 200)


def _places(rows: list[Switch]) -> list[tuple[Store | None, list[Cell]]]:
    """All stores, then each open store and closed ones with a switch of their own, a cell for every act. One query."""
    kept = {(one.act, one.store_id): one for one in rows}
    stopped = {one.act for one in rows if one.off and one.store_id is None}
    off = [one.store_id for one in rows if one.off and one.store_id]
    everywhere: list[Store | None] = [None, *Store.objects.open_or(off)]
    return [
        (
            store,
            [
                Cell(
                    act,
                    kept.get((act.code, store.pk if store else None)),
                    store is not None and act.code in stopped,
                )
                for act in acts()
            ],
        )
        for store in everywhere
    ]


def _order(switch: Switch) -> tuple[str, str]:
    return switch.act, switch.store.name if switch.store else ""


def _where(*found: Switch) -> str:
    return ", ".join(one.store.name if one.store else _("all stores") for one in found)
