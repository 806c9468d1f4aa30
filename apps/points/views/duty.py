"""What a person does with an act the console could not settle: look again, say which it is, or that it is none."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.audit.access import permission_required as any_permission
from apps.core.context import current_reference
from apps.core.errors import ConsoleError
from apps.core.pages import go, render_page
from apps.core.said import Said
from apps.operations.acts.rows import ActState
from apps.operations.notices import dismiss_about
from apps.points import resolving
from apps.points.forms_words import WordsForm
from apps.points.models import Redemption
from apps.points.models.reversals import APPROVE
from apps.points.views.shared import Subject, kind_of, stands, visible
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of


def duties(request: HttpRequest, subject: Subject) -> dict[str, Any]:
    """What this person may do about an open act, and what may be it."""
    act = open_act(subject)
    person = person_of(request)
    waits = act is not None and act.state == ActState.PERSON
    why_not = resolving.why_not_resolve(person, subject) if waits else ""
    decides = waits and person.has_perm(APPROVE)
    return {
        "may_check": act is not None and person.has_perm("staff.redeem_points"),
        "may_resolve": decides and not why_not,
        "why_not_resolve": why_not if decides else "",
        "candidates": [_shown(one) for one in act.candidates] if act is not None else [],
        "sent_at": (act.sent_at or act.started_at) if act is not None else None,
        "it_is_url": reverse(f"points:{kind_of(subject)}_it_is", args=[subject.pk]),
    }


def _shown(candidate: dict[str, Any]) -> dict[str, Any]:
    at = candidate.get("at", "")
    return {**candidate, "when": datetime.fromisoformat(at) if at else None}


def open_act(subject: Subject) -> Any:
    """The act whose outcome is not known, None when everything is."""
    if isinstance(subject, Redemption):
        return subject if subject.is_open else None
    return subject.open_act


@require_POST
@any_permission("staff.redeem_points", "staff.reverse_redemptions")
def check_again(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Look outside now, and say what was found."""
    found, here = visible(request, kind, pk), reverse(f"points:{kind}", args=[pk])
    try:
        resolving.look_again(actor=actor_of(request), user=person_of(request), subject=found)
    except ConsoleError as error:
        messages.warning(request, _("Looked just now: %(why)s") % {"why": error.message})
        return go(request, here)
    after = visible(request, kind, pk)
    if open_act(after) is None:
        dismiss_about(user=person_of(request), url=here)
        said = stands(after)
        messages.success(request, f"{after.number}: {said.title}. {said.text}", extra_tags=here)
    else:
        messages.info(request, _("Looked just now: it is still not known."))
    return go(request, here)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(APPROVE)
def give_up(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """GET asks how the person knows; POST says that it did not take place."""

    def act(found: Subject, words: str) -> None:
        resolving.give_up(actor=actor_of(request), user=person_of(request), subject=found, reason=words)

    return _asked(request, kind, pk, "give_up", act, _("%(number)s: it did not take place."))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(APPROVE)
def it_is(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """GET asks how the person knows that this row of the list (``row``) is it; POST says so."""
    row = (request.POST if request.method == "POST" else request.GET).get("row", "")

    def act(found: Subject, words: str) -> None:
        actor, user = actor_of(request), person_of(request)
        resolving.it_is(actor=actor, user=user, subject=found, listed_id=row, reason=words)

    return _asked(request, kind, pk, "it_is", act, _("%(number)s: it took place."), row=row)


def _asked(
    request: HttpRequest,
    kind: str,
    pk: int,
    name: str,
    act: Callable[[Subject, str], None],
    done: str,
    *,
    row: str = "",
) -> HttpResponse:
    found, said, status = visible(request, kind, pk), None, 200
    form = WordsForm(request.POST if request.method == "POST" else None, label=_("How you know"))
    if request.method == "POST":
        form.is_valid()
        try:
            act(found, form.typed)
        except ConsoleError as error:
            status = error.http_status
            if error.field == "reason":
                form.add_error("words", error.message)
            else:
                said = Said("bad", _("This did not take place."), error)
        else:
            messages.success(request, done % {"number": found.number})
            return go(request, f"points:{kind}", pk)
    one = open_act(found)
    context = {
        "subject": found,
        "kind": kind_of(found),
        "act_name": name,
        "form": form,
        "said": said,
        "reference": current_reference(),
        "row": row,
        "candidate": next((each for each in one.candidates if each["id"] == row), None) if one else None,
        "here": reverse(f"points:{kind}_{name}", args=[pk]),
        "back": reverse(f"points:{kind}", args=[pk]),
    }
    page, fragment = "points/duty.html", "points/_duty_dialog.html"
    return render_page(request, page, context, fragment=fragment, status=status)
