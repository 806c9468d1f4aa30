"""Saved views: filters of the trail under a name, for oneself or for everybody who reads it."""

from typing import Any
from urllib.parse import urlencode

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.audit import address, choices
from apps.audit.actor import Actor
from apps.audit.forms import FilterForm
from apps.audit.guard import Guard
from apps.audit.models import SavedView
from apps.audit.services import record
from apps.core.errors import BadInput

MOST_OWN = 30
MOST_LISTED = 200
LONGEST_NAME = 80
# What of the filters people type freely and the address keeps as it is. A customer is a mask and a hash there.
FREE = ("subject", "store", "code", "action", "person", "text")


def views_for(user_id: int) -> "QuerySet[SavedView]":
    """Those this person may choose: their own and every shared one, by name, with their owners."""
    return SavedView.objects.filter(Q(owner_id=user_id) | Q(shared=True)).select_related("owner")[
        :MOST_LISTED
    ]


def save_view(*, actor: Actor, owner_id: int, name: str, query: str, shared: bool) -> SavedView:
    """Keep these filters under a name.

    query   an address's filters, in any form; the tidy one is kept, without the place in the list
    Raises: BadInput (name) for a name that cannot be used; BadInput for filters that cannot, or one too many;
            TraceUnavailable
    """
    kept, words = _tidy(query)
    if SavedView.objects.filter(owner_id=owner_id).count() >= MOST_OWN:
        raise BadInput(
            _("You have %(count)s views already.") % {"count": MOST_OWN},
            next_step=_("Delete one that you no longer use."),
        )
    view = SavedView(owner_id=owner_id, name=_name(name), query=kept, shared=shared)
    with transaction.atomic():
        _store(view)
        record("trail.view.saved", actor=actor, subject=view.name, details={"filters": words})
        if shared:
            record("trail.view.shared", actor=actor, subject=view.name)
    return view


def change_view(*, actor: Actor, view: SavedView, name: str, shared: bool) -> SavedView:
    """Another name, shared or not. Raises: BadInput (name), TraceUnavailable"""
    before = {"name": view.name, "shared": view.shared}
    view.name, view.shared = _name(name), shared
    after = {"name": view.name, "shared": view.shared}
    changed = {one: [before[one], after[one]] for one in before if before[one] != after[one]}
    if not changed:
        return view
    with transaction.atomic():
        _store(view)
        if "name" in changed:
            details = {"changed": {"name": changed["name"]}}
            record("trail.view.changed", actor=actor, subject=view.name, details=details)
        if "shared" in changed:
            record("trail.view.shared" if shared else "trail.view.unshared", actor=actor, subject=view.name)
    return view


def delete_view(*, actor: Actor, view: SavedView) -> None:
    """It is gone for everybody who chose it. Raises: TraceUnavailable"""
    with transaction.atomic():
        record("trail.view.deleted", actor=actor, subject=view.name)
        view.delete()


def filters_in(query: str) -> tuple[FilterForm, dict[str, str], list[str]]:
    """The form, the tidy parameters and what cannot be meant of these filters."""
    found, _line, wrong = address.read(QueryDict(query))
    found = {name: value for name, value in found.items() if name not in address.CURSORS}
    return FilterForm(found), found, wrong


def _tidy(query: str) -> tuple[str, str]:
    """The filters as they are kept, and in words."""
    form, found, wrong = filters_in(query)
    if not found or wrong or not form.is_valid():
        raise BadInput(_("Filter the trail first: a view keeps filters that can be read."))
    values: dict[str, Any] = form.cleaned_data
    person = values["person"]
    if person and person.ids and len(person.ids) == 1:
        # From now on it is this person, whoever else is called so one day: the entry says so too.
        found["person"] = str(person.ids[0])
        form = FilterForm(found)
        form.is_valid()
    words = choices.in_words(form, found)
    if name := identified(found):
        raise BadInput(
            _("A view keeps no full address or number: “%(label)s” holds one.")
            % {"label": form.fields[name].label},
            next_step=_("Ask for a customer with customer: instead."),
        )
    return urlencode(found), words


def identified(found: dict[str, str]) -> str:
    """The first freely typed filter that holds a full address or number, "" when none does."""
    guard = Guard(strict=True)
    return next((name for name in FREE if name in found and guard.text(found[name]) != found[name]), "")


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise BadInput(_("Give the view a name."), field="name")
    if len(name) > LONGEST_NAME:
        raise BadInput(_("The name is too long. Use at most 80 characters."), field="name")
    if Guard(strict=True).text(name) != name:
        raise BadInput(_("Leave addresses and numbers of customers out of the name."), field="name")
    return name


def _store(view: SavedView) -> None:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise BadInput(_("You have a view with this name already."), field="name") from None
