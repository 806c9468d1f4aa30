"""Signals: what is unusual about invitations, with the evidence, and marking it as looked at."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from apps.core.context import current_reference
from apps.core.errors import ConsoleError
from apps.core.pages import go, render_page
from apps.core.said import Said
from apps.referrals.forms_invite import WordsForm
from apps.referrals.models import Signal, SignalKind
from apps.referrals.models.signals import MARK, VIEW, SignalQuerySet
from apps.referrals.signal_rows import rows_of, title_of
from apps.referrals.signals import mark_looked_at, why_not_mark
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of

ROWS = 20
STATES: dict[str, Any] = {
    "": gettext_lazy("Nobody looked yet"),
    "looked": gettext_lazy("Looked at"),
    "all": gettext_lazy("All"),
}


@require_safe
@permission_required(VIEW)
def signals(request: HttpRequest) -> HttpResponse:
    """Newest first; ``state`` and ``kind`` narrow it, ``before`` turns the page."""
    person = person_of(request)
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    state, kind = state if state in STATES else "", kind if kind in SignalKind.values else ""
    every = Signal.objects.visible_to(person)
    found = list(_page(request, _narrowed(every, state, kind)))
    more, found = len(found) > ROWS, found[:ROWS]
    waits = every.waiting().count()
    context = {
        "rows": rows_of(found, person),
        "states": [
            {
                "label": words,
                "url": _url(state=name, kind=kind),
                "current": name == state,
                "count": waits if not name else 0,
            }
            for name, words in STATES.items()
        ],
        "kinds": [
            {"label": words, "url": _url(state=state, kind=name), "current": name == kind}
            for name, words in (("", _("All kinds")), *SignalKind.choices)
        ],
        "marks": person.has_perm(MARK),
        "narrowed": bool(kind or state),
        "older_url": _url(state=state, kind=kind, before=str(found[-1].pk)) if more else "",
        "summary": ngettext("%(count)s shown, newest first.", "%(count)s shown, newest first.", len(found))
        % {"count": len(found)},
    }
    return render_page(request, "referrals/signals.html", context, fragment="referrals/_signals.html")


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(MARK)
def signal_look(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks what came of looking; POST keeps it. Nothing else follows."""
    person = person_of(request)
    signal = Signal.objects.visible_to(person).filter(pk=pk).first()
    if signal is None:
        raise Http404
    said, status = None, 200
    form = WordsForm(
        request.POST if request.method == "POST" else None,
        label=_("What you found"),
        help_text=_("Kept with the signal and in the audit trail."),
    )
    if request.method == "POST":
        form.is_valid()
        try:
            mark_looked_at(actor=actor_of(request), user=person, signal=signal, note=form.typed)
        except ConsoleError as error:
            status = error.http_status
            if error.field == "note":
                form.add_error("words", error.message)
            else:
                said = Said("bad", _("Nothing was changed."), error)
        else:
            messages.success(request, _("Marked as looked at: %(what)s") % {"what": title_of(signal)})
            return go(request, "referrals:signals")
    context = {
        "signal": signal,
        "title": title_of(signal),
        "form": form,
        "said": said,
        "why_not": "" if request.method == "POST" else why_not_mark(person, signal),
        "reference": current_reference(),
        "here": reverse("referrals:signal_look", args=[pk]),
    }
    page, fragment = "referrals/signal_look.html", "referrals/_signal_look_dialog.html"
    return render_page(request, page, context, fragment=fragment, status=status)


def _narrowed(rows: SignalQuerySet, state: str, kind: str) -> SignalQuerySet:
    if state != "all":
        rows = rows.exclude(looked_at=None) if state == "looked" else rows.waiting()
    return rows.filter(kind=kind) if kind else rows


def _page(request: HttpRequest, rows: SignalQuerySet) -> SignalQuerySet:
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 15:
        rows = rows.filter(pk__lt=int(before))
    return rows.prefetch_related("stores").order_by("-pk")[: ROWS + 1]


def _url(**said: str) -> str:
    words = urlencode({name: value for name, value in said.items() if value})
    here = reverse("referrals:signals")
    return f"{here}?{words}" if words else here
