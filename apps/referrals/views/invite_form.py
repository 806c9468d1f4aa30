"""The form for inviting as a page, a drawer, or the part that changes: rows, what is left, what stands in the way."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.capillary.errors import CapillaryError
from apps.core.context import current_reference
from apps.core.errors import Conflict, ConsoleError
from apps.core.pages import render_page
from apps.core.said import Said
from apps.operations.switches import act_named, off_for
from apps.referrals.checking_rows import check_rows
from apps.referrals.facts import facts_for
from apps.referrals.forms_invite import InviteForm
from apps.referrals.invite_page import (
    FormRow,
    Whom,
    bad_words,
    button_words,
    check_words,
    empty_rows,
    full,
    pack,
    typed_rows,
    unpack,
    with_checks,
)
from apps.referrals.inviting import left_today
from apps.referrals.ruling import rules_for
from apps.referrals.switched import INVITE
from apps.staff.access import person_of
from apps.staff.stores import current_store


@dataclass
class Shown:
    """What is to be shown. focus names the element the answer leads to: "row-3", "add" or "button"."""

    whom: Whom
    rows: list[FormRow] = field(default_factory=empty_rows)
    campaign: str = ""
    pasted: str = ""
    paste_error: str = ""
    campaign_error: str = ""
    said: Said | None = None
    token: str = field(default_factory=lambda: str(uuid.uuid4()))
    focus: str = ""
    status: int = 200

    @property
    def count(self) -> int:
        """How many rows would be sent."""
        return len(full(self.rows))


def posted(request: HttpRequest, customer_id: int) -> Shown:
    """The form as it was sent; a token that is none becomes a new one, so that nothing is sent twice by chance."""
    form = InviteForm(request.POST)
    form.is_valid()
    token = form.cleaned_data.get("token")
    return Shown(
        whom=unpack(request.POST.get("known", ""), customer_id),
        rows=typed_rows(request.POST.getlist("name"), request.POST.getlist("contact")) or empty_rows(1),
        campaign=form.cleaned_data.get("campaign", ""),
        pasted=request.POST.get("pasted", ""),
        token=str(token or uuid.uuid4()),
    )


def check(actor: Actor, shown: Shown) -> None:
    """Say beside each row what is known of it; when the outside cannot be read, the form says that instead."""
    if not shown.count:
        return
    # Empty rows among them, so that a row another one names is the one people see.
    rows = [row.row for row in shown.rows]
    try:
        facts = facts_for(
            actor=actor, customer_id=shown.whom.customer_id, campaign=shown.campaign, fresh=False
        )
        shown.rows = with_checks(shown.rows, check_rows(actor=actor, rows=rows, facts=facts))
    except (CapillaryError, Conflict) as error:
        shown.said = Said("warn", _("The rows could not be checked."), error)


def context_of(request: HttpRequest, shown: Shown) -> dict[str, Any]:
    """What `_invite.html` draws."""
    person, store = person_of(request), current_store(request)
    switch = off_for(INVITE, store)
    rules = rules_for(store)
    left = left_today(person, store) if store else 0
    bad = bad_words(shown.rows)
    # Rows that were refused outside come to be corrected, with status 200: inviting checks them again.
    checks = bool(bad) and shown.status != 200
    form = InviteForm(initial=_initial(shown))
    return {
        "customer_id": shown.whom.customer_id,
        "shown": shown,
        "whom": shown.whom,
        "form": form,
        "count": shown.count,
        "button": check_words() if checks else button_words(shown.count),
        "checks": checks,
        "one": button_words(1),
        "many": button_words(2).replace("2", "{n}"),
        "none": button_words(0),
        "check": check_words(),
        "bad": bad,
        "left": left,
        "most": rules.per_person_a_day,
        "per_call_most": rules.per_call_most,
        "store": store,
        "switch": switch,
        "switched_act": act_named(INVITE) if switch else None,
        "reference": current_reference(),
    }


def render_form(request: HttpRequest, shown: Shown, *, drawer: bool = False) -> HttpResponse:
    """The page; for htmx the drawer's content when it is opened, else the part that changes."""
    fragment = "referrals/_invite_drawer.html" if drawer else "referrals/_invite.html"
    context = context_of(request, shown)
    return render_page(request, "referrals/invite.html", context, fragment=fragment, status=shown.status)


def refused(shown: Shown, error: ConsoleError, title: str) -> None:
    """Beside the field it belongs to, or above the form; what was typed stays."""
    words = error.words
    if error.field == "campaign":
        shown.campaign_error = words
    else:
        shown.said = Said("bad", title, error)
    shown.status = error.http_status


def _initial(shown: Shown) -> dict[str, Any]:
    told = {
        "token": shown.token,
        "known": pack(shown.whom),
        "pasted": shown.pasted if shown.paste_error else "",
        "agreed": str(shown.count or ""),
    }
    return told | ({"campaign": shown.campaign} if shown.campaign else {})
