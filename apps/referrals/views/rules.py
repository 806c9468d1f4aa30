"""The rules of inviting: how many people, what makes a signal, and the campaigns there are."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.errors import BadInput, Conflict, Missing
from apps.core.faults import tell
from apps.core.pages import INVALID_FORM, render_page
from apps.operations.switches import switches_off
from apps.referrals.confirming import rules_values
from apps.referrals.forms_rules import CampaignChangeForm, CampaignForm, EverywhereForm, RulesForm
from apps.referrals.models import Campaign, InviteRules
from apps.referrals.ruling import rules_to_begin_with, save_campaign, shown
from apps.referrals.switched import INVITE
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of
from apps.staff.confirming.acting import change
from apps.staff.models import Store

READ, CHANGE = "staff.view_trail", "staff.manage_limits"
HERE = "referrals:rules"
EVERYWHERE = 0


@require_safe
@permission_required(READ)
def rules(request: HttpRequest) -> HttpResponse:
    """What holds for all stores and for each, and the campaigns; auditors read it, only administrators change it."""
    rows = list(InviteRules.objects.select_related("store"))
    for_all = next((row for row in rows if row.store_id is None), InviteRules())
    own = {row.store_id: row for row in rows if row.store_id}
    page = {
        "for_all": for_all,
        "rows": [
            {"store": store, "rules": own.get(store.pk, for_all), "is_own": store.pk in own}
            for store in Store.objects.open_or(list(own))
        ],
        "campaigns": Campaign.objects.all(),
        "off": switches_off(INVITE),
    }
    return render_page(request, "referrals/rules/overview.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(CHANGE)
def rules_set(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the rules of a store; store 0 is all of them."""
    store = get_object_or_404(Store, pk=pk) if pk != EVERYWHERE else None
    own = InviteRules.objects.filter(store=store).first()
    held = own or rules_to_begin_with(store)
    of = RulesForm if store else EverywhereForm
    form = of(request.POST if request.method == "POST" else None, initial=shown(held))
    answers: list[HttpResponse] = []

    def act() -> None:
        values, words = rules_values(form.put_into(held)), _("The rules of inviting are set.")
        values |= {"opened": form.mark}
        answers.append(change(request, "referrals.rules_set", values, lambda: _done(request, words)))

    if request.method == "POST" and _accepted(form, act):
        return answers[0]
    page = {"form": form, "store": store, "own": own if store else None}
    status = INVALID_FORM if form.errors else 200
    return render_page(request, "referrals/rules/set.html", page, status=status)


@require_POST
@permission_required(CHANGE)
def rules_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the rules of all stores hold for this one again."""
    store = get_object_or_404(Store, pk=pk)
    own = InviteRules.objects.filter(store=store).select_related("store").first()
    if own is None:
        raise Missing(_("This store has no rules of its own."))
    words = _("The rules of all stores hold for %(store)s again.") % {"store": store.name}
    return change(request, "referrals.rules_remove", {"store": pk}, lambda: _done(request, words))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(CHANGE)
def campaign_add(request: HttpRequest) -> HttpResponse:
    """Name a campaign."""
    form = CampaignForm(request.POST if request.method == "POST" else None)
    return _campaign(request, form, Campaign(), _("“%(title)s” is offered now."))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(CHANGE)
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a campaign, or offer it no more."""
    found = get_object_or_404(Campaign, pk=pk)
    form = CampaignChangeForm(request.POST if request.method == "POST" else None, initial=shown(found))
    return _campaign(request, form, found, _("“%(title)s” is kept."))


def _campaign(request: HttpRequest, form: CampaignForm, found: Campaign, words: str) -> HttpResponse:
    title = found.title

    def act() -> None:
        opened = form.mark if isinstance(form, CampaignChangeForm) else ""
        save_campaign(**_by(request), campaign=form.put_into(found), opened=opened)

    if request.method == "POST" and _accepted(form, act):
        messages.success(request, words % {"title": found.title})
        return redirect(HERE)
    page = {"form": form, "title": title}
    status = INVALID_FORM if form.errors else 200
    return render_page(request, "referrals/rules/campaign.html", page, status=status)


def _done(request: HttpRequest, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect(HERE)


def _accepted(form: forms.Form, act: Callable[[], Any]) -> bool:
    """Whether the form is in order and its act was; what the service says stands beside the field."""
    if not form.is_valid():
        return False
    try:
        act()
    except (BadInput, Conflict) as error:
        tell(form, error)
    return not form.errors


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "user": person_of(request)}
