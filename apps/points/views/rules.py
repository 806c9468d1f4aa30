"""The rules of points: what holds for all stores and for each; auditors read them, administrators set them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.errors import BadInput, Conflict, Missing
from apps.core.faults import tell
from apps.core.pages import INVALID_FORM, render_page
from apps.points.confirming import rules_values
from apps.points.forms_rules import RulesForm
from apps.points.models import PointsRules
from apps.points.rulebook import (
    MAY,
    StoreRules,
    redeeming_roles,
    rules_by_store,
    rules_for_all,
    shown,
)
from apps.staff.access import permission_required, person_of
from apps.staff.confirming.acting import change
from apps.staff.models import Store

READ = "staff.view_trail"
HERE = "points:rules"
EVERYWHERE = 0


@require_safe
@permission_required(READ)
def rules(request: HttpRequest) -> HttpResponse:
    """What holds now. Three queries."""
    for_all = rules_for_all()
    stores = list(Store.objects.open_or(PointsRules.objects.values("store")))
    rows = [StoreRules(None, for_all, is_own=True), *rules_by_store(stores, for_all)]
    context = {"rows": [_words(one) for one in rows], "may_change": person_of(request).has_perm(MAY)}
    return render_page(request, "points/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(MAY)
def rules_set(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the rules of a store; store 0 is all of them."""
    store = get_object_or_404(Store, pk=pk) if pk != EVERYWHERE else None
    own = PointsRules.objects.filter(store=store).first()
    held = own or _start(store)
    form = RulesForm(request.POST if request.method == "POST" else None, initial=shown(held))
    if request.method == "POST" and (answer := _changed(request, form, held)):
        return answer
    context = {"form": form, "store": store, "own": own if store else None}
    status = INVALID_FORM if form.errors else 200
    return render_page(request, "points/rules_set.html", context, status=status)


@require_POST
@permission_required(MAY)
def rules_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the rules for all hold for this store again."""
    store = get_object_or_404(Store, pk=pk)
    own = PointsRules.objects.filter(store=store).select_related("store").first()
    if own is None:
        raise Missing(_("This store has no rules of its own."))
    words = _("The rules for all stores hold for %(store)s again.") % {"store": store.name}
    return change(request, "points.rules_remove", {"store": pk}, lambda: _done(request, words))


def _changed(request: HttpRequest, form: RulesForm, held: PointsRules) -> HttpResponse | None:
    """Done, or waiting for a second person; None when the form has to be shown again."""
    if not form.is_valid():
        return None
    values = rules_values(form.put_into(held)) | {"opened": form.mark}
    try:
        return change(request, "points.rules_set", values, lambda: _done(request, _("The rules are set.")))
    except (BadInput, Conflict) as error:
        tell(form, error)
        return None


def _done(request: HttpRequest, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect(HERE)


def _start(store: Store | None) -> PointsRules:
    """A store's own rules start from those for all."""
    held = rules_for_all()
    held.pk, held.store = None, store
    return held


def _words(one: StoreRules) -> dict[str, Any]:
    names, levels = dict(redeeming_roles()), dict(PointsRules.Level.choices)
    held = one.rules
    return {
        "store": one.store,
        "rules": held,
        "is_own": one.is_own,
        "redeem_level": levels.get(held.redeem_level, held.redeem_level),
        "reverse_level": levels.get(held.reverse_level, held.reverse_level),
        "missed_call": ", ".join(names.get(code, code) for code in held.missed_call_roles),
        "skip_code": ", ".join(names.get(code, code) for code in held.skip_code_roles),
    }
