"""Inviting: the form as a drawer or a page, the check of what was typed, and the sending itself."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from apps.capillary.errors import CustomerMerged, CustomerNotFound
from apps.core.errors import BadInput, Conflict, ConsoleError, TraceUnavailable
from apps.core.pages import INVALID_FORM, go, render_page, wants_fragment
from apps.core.said import Said
from apps.operations.customers import call_for
from apps.operations.customers import person_of as customer_of
from apps.operations.notices import begin_watching
from apps.referrals import inviting, pasting
from apps.referrals.invite_page import (
    FormRow,
    Whom,
    button_words,
    full,
    numbered,
    with_checks,
    without_empty,
)
from apps.referrals.models.rules import MOST_ROWS
from apps.referrals.views.invite_form import Shown, check, context_of, posted, refused, render_form
from apps.referrals.wanted import BadRows, WantedInvites
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of
from apps.staff.connection import client_for

MAY = "staff.invite_referrals"


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(MAY)
def invite(request: HttpRequest, customer_id: int) -> HttpResponse:
    """GET shows the form; POST invites, when the button still names as many people as there are."""
    if request.method != "POST":
        return _open(request, customer_id)
    shown = posted(request, customer_id)
    if str(shown.count or "") != request.POST.get("agreed", ""):
        return _checked(request, shown, said=_renamed(shown))
    wanted = WantedInvites(customer_id, full(shown.rows), UUID(shown.token), shown.campaign)
    try:
        sent = inviting.invite(actor=actor_of(request), user=person_of(request), wanted=wanted)
    except TraceUnavailable:
        raise
    except BadRows as error:
        shown.rows = with_checks(without_empty(shown.rows), error.checks)
        shown.status = INVALID_FORM
        shown.said = Said("bad", _("Nobody was invited."), error)
        return render_form(request, shown)
    except ConsoleError as error:
        refused(shown, error, _("Nobody was invited."))
        return render_form(request, shown)
    answer = go(request, "referrals:invitation", sent.pk)
    return begin_watching(answer) if sent.is_open else answer


@require_POST
@permission_required(MAY)
def invite_check(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Rows as typed: ``act`` is add, remove-3, paste or check; for typed only what stands around the fields."""
    shown = posted(request, customer_id)
    act = request.POST.get("act", "check")
    if act == "typed" and wants_fragment(request):
        check(actor_of(request), shown)
        return render_page(request, "referrals/_invite_around.html", context_of(request, shown))
    if act == "add":
        # No more than come back.
        shown.rows = numbered([*shown.rows, FormRow(0)][: MOST_ROWS + 1])
        shown.focus = f"row-{len(shown.rows)}"
    elif act.startswith("remove-"):
        _remove(shown, act.removeprefix("remove-"))
    elif act == "paste":
        _paste(shown)
    return _checked(request, shown)


def _open(request: HttpRequest, customer_id: int) -> HttpResponse:
    """The empty form about a customer who was read just now."""
    shown = Shown(Whom(customer_id), focus="row-1")
    try:
        person = customer_of(client_for(actor_of(request)).send(call_for(customer_id)), customer_id)
        if person.merged:
            return go(request, "customers:customer", customer_id)
        shown.whom = Whom(customer_id, person.name, person.mask)
    except CustomerNotFound:
        raise
    except (CustomerMerged, Conflict):
        # Their page leads to the account that is left.
        return go(request, "customers:customer", customer_id)
    except ConsoleError as error:
        shown.said = Said("warn", _("The customer could not be read."), error)
    return render_form(request, shown, drawer=True)


def _checked(request: HttpRequest, shown: Shown, *, said: Said | None = None) -> HttpResponse:
    check(actor_of(request), shown)
    shown.said = shown.said or said
    if any(row.message for row in shown.rows) or shown.paste_error:
        shown.status = INVALID_FORM
    elif not shown.focus:
        shown.focus = "button"
    return render_form(request, shown)


def _remove(shown: Shown, text: str) -> None:
    place = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0
    shown.rows = numbered(row for row in shown.rows if row.number != place) or numbered([FormRow(0)])
    shown.focus = f"row-{min(place, len(shown.rows))}" if place else ""


def _paste(shown: Shown) -> None:
    try:
        rows = pasting.parse_pasted(shown.pasted)
    except BadInput as error:
        shown.paste_error = error.words
        return
    together = without_empty([*shown.rows, *(FormRow(0, row.name, row.contact) for row in rows)])
    if len(together) > MOST_ROWS:
        # A longer form would not come back whole.
        shown.paste_error = _(
            "With those above these are %(count)s rows. At most %(most)s people are invited at once."
        ) % {"count": len(together), "most": MOST_ROWS}
        return
    shown.rows = together


def _renamed(shown: Shown) -> Said | None:
    """Without script the first press checks; the button then says how many it would invite."""
    if not shown.count:
        return Said(
            "info", _("Nobody was invited."), words=_("Write whom to invite: a mobile number or an e-mail.")
        )
    words = ngettext(
        "The row is checked. The button now reads “%(words)s”.",
        "The rows are checked. The button now reads “%(words)s”.",
        shown.count,
    )
    return Said("info", _("Nothing was sent yet."), words=words % {"words": button_words(shown.count)})
