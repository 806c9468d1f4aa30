"""Adding a note, telling what became of it, looking whether one is there, and sending one again that is not."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.context import current_reference
from apps.core.errors import ConsoleError
from apps.core.pages import INVALID_FORM, go, render_page, wants_fragment
from apps.customers.forms import NoteForm
from apps.customers.models import NoteAct
from apps.customers.notes import add_note
from apps.customers.recent import known
from apps.customers.settling import accept, add_again, check_again
from apps.operations.notices import dismiss_about
from apps.staff.access import permission_required, person_of
from apps.staff.actors import actor_of

State = NoteAct.State
# Seconds between the looks of an open page at our own row, then as the last one; so many looks, about an hour.
PAUSES = (2, 3, 5, 10, 20, 30)
MOST_LOOKS = 120


@require_POST
@permission_required("staff.add_notes")
@permission_required("staff.view_customers")
def note_add(request: HttpRequest, customer_id: int) -> HttpResponse:
    """Add a note, then back to the notes; what was typed stays when it was not added."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _form_again(request, customer_id, form)
    try:
        act = add_note(actor=actor_of(request), customer_id=customer_id, **form.cleaned_data)
    except ConsoleError as error:
        return _form_again(request, customer_id, _fresh(form), error=error, status=error.http_status)
    if act.state == State.NOT_DONE:
        return _form_again(request, customer_id, _fresh(form), act=act)
    return _told(request, act)


@require_safe
@permission_required("staff.view_customers")
def note_state(request: HttpRequest, customer_id: int, reference: str) -> HttpResponse:
    """What became of a note, for the page that shows it as open; nobody outside is asked."""
    act = _act(customer_id, reference)
    if not wants_fragment(request):
        return go(request, "customers:tab", customer_id, "notes")
    text = request.GET.get("times", "")
    times = int(text) + 1 if text.isdecimal() and len(text) < 4 else 1
    context = {
        "act": act,
        "customer_id": customer_id,
        "can": {"add_notes": person_of(request).has_perm("staff.add_notes")},
        "times": times,
        "delay": PAUSES[min(times, len(PAUSES) - 1)],
        "over": times >= MOST_LOOKS,
        "news": request.GET.get("was", "") != act.state,
    }
    template = "customers/_note_act.html" if act.is_open else "customers/_note_settled.html"
    return render_page(request, template, context)


@require_POST
@permission_required("staff.add_notes")
@permission_required("staff.view_customers")
def note_check(request: HttpRequest, customer_id: int, reference: str) -> HttpResponse:
    """Look now whether a note is there."""
    act = check_again(actor=actor_of(request), act=_act(customer_id, reference))
    if act.state != State.DONE:
        messages.info(request, _("The note is not among the customer's notes at the moment."))
        return go(request, "customers:tab", customer_id, "notes")
    return _told(request, act)


@require_POST
@permission_required("staff.add_notes")
@permission_required("staff.view_customers")
def note_again(request: HttpRequest, customer_id: int, reference: str) -> HttpResponse:
    """A person says that a note is not there: it is looked for once more and then sent again."""
    act = add_again(actor=actor_of(request), act=_act(customer_id, reference), token=uuid.uuid4())
    if act.state == State.NOT_DONE:
        messages.error(request, _("The note was not added. %(why)s") % {"why": act.message})
        return go(request, "customers:tab", customer_id, "notes")
    return _told(request, act)


@require_POST
@permission_required("staff.add_notes")
@permission_required("staff.view_customers")
def note_there(request: HttpRequest, customer_id: int, reference: str) -> HttpResponse:
    """A person says which of the notes alike is the one that was sent."""
    act = _act(customer_id, reference)
    return _told(request, accept(actor=actor_of(request), act=act, note_id=request.POST.get("note", "")))


def _act(customer_id: int, reference: str) -> NoteAct:
    found = NoteAct.objects.filter(customer_id=customer_id, reference=reference).first()
    if found is None:
        raise Http404
    return found


def _told(request: HttpRequest, act: NoteAct) -> HttpResponse:
    """Success is told in passing; what is not known stays on the page by itself."""
    if act.state == State.DONE:
        name = known(person_of(request).pk, act.customer_id)[0] or _("customer %(id)s") % {
            "id": act.customer_id
        }
        here = reverse("customers:tab", args=[act.customer_id, "notes"])
        dismiss_about(user=person_of(request), url=here)
        messages.success(request, _("Note added for %(name)s.") % {"name": name}, extra_tags=here)
    return go(request, "customers:tab", act.customer_id, "notes")


def _form_again(
    request: HttpRequest,
    customer_id: int,
    form: NoteForm,
    *,
    act: NoteAct | None = None,
    error: ConsoleError | None = None,
    status: int = INVALID_FORM,
) -> HttpResponse:
    context = {
        "note_form": form,
        "customer_id": customer_id,
        "name": known(person_of(request).pk, customer_id)[0],
        "act": act,
        "error": error,
        "reference": current_reference(),
    }
    return render_page(
        request, "customers/note.html", context, fragment="customers/_note_form.html", status=status
    )


def _fresh(form: NoteForm) -> NoteForm:
    """The same text under a new token: the old one may belong to an act already."""
    return NoteForm({"text": form.data.get("text", ""), "token": uuid.uuid4()})
