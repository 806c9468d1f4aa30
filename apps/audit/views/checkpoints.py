"""Pages that prove the trail: checkpoints, and verifications of the log. Reading them is an entry, as in the API."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from apps.audit.access import permission_required
from apps.audit.actor import actor_of
from apps.audit.log.terminal import UNFINISHED
from apps.audit.models import Checkpoint, SigningKey, Verification
from apps.audit.services import record
from apps.audit.standing import standing
from apps.audit.subject_requests.forgotten import forgotten_in_all
from apps.audit.verifications import ask_to_verify
from apps.audit.views.shared import READ
from apps.audit.visits import was_read
from apps.core.errors import BadInput
from apps.core.faults import focus_on_mistake
from apps.core.pages import INVALID_FORM, go, render_page, wants_fragment

SIZE = 50
MOST = 2**62
VIEWED = "trail.log.viewed"


class RangeForm(forms.Form):
    """Places of the log as people count them, from one; both empty for everything."""

    first = forms.IntegerField(label=gettext_lazy("From place"), required=False, min_value=1, max_value=MOST)
    last = forms.IntegerField(label=gettext_lazy("To place"), required=False, min_value=1, max_value=MOST)


@require_safe
@permission_required(READ)
def checkpoints(request: HttpRequest) -> HttpResponse:
    """How the log stands, and its checkpoints, newest first."""
    return _page(request, RangeForm(auto_id="verify-%s"))


def _page(request: HttpRequest, form: RangeForm, status: int = 200) -> HttpResponse:
    before = request.GET.get("before", "")
    found = Checkpoint.objects.order_by("-size").defer("frontier", "note")
    what = "checkpoints"
    if before.isdecimal() and len(before) < 19:
        found = found.filter(size__lt=int(before))
        what = f"checkpoints of less than {int(before):,} entries"
    _viewed(request, what)
    shown = list(found[: SIZE + 1])
    context: dict[str, Any] = {
        "standing": standing(),
        "checkpoints": shown[:SIZE],
        "older_url": f"{request.path}?before={shown[SIZE - 1].size}" if len(shown) > SIZE else "",
        "newer_url": request.path if before else "",
        "summary": _("Newest first"),
        "keys": list(SigningKey.objects.all()),
        "verifications": list(Verification.objects.select_related("asked_by")[:10]),
        "form": form,
    }
    return render_page(request, "audit/checkpoints.html", context, status=status)


@require_safe
@permission_required(READ)
def checkpoint(request: HttpRequest, size: int) -> HttpResponse:
    """One checkpoint with its signed note."""
    shown = get_object_or_404(Checkpoint, size=size)
    _viewed(request, f"the checkpoint over {size:,} entries")
    before = Checkpoint.objects.filter(size__lt=size).order_by("-size").values_list("size", flat=True).first()
    after = Checkpoint.objects.filter(size__gt=size).order_by("size").values_list("size", flat=True).first()
    context = {
        "checkpoint": shown,
        "before": before,
        "after": after,
        "root": bytes(shown.root).hex(),
        "first": (before or 0) + 1,
        "key": SigningKey.objects.filter(since_size__lt=size).order_by("-pk").first(),
    }
    return render_page(request, "audit/checkpoint.html", context)


@require_safe
@permission_required(READ)
def checkpoint_note(request: HttpRequest, size: int) -> HttpResponse:
    """The signed note as a file, byte for byte: whoever keeps it can prove later that the log only grew."""
    shown = get_object_or_404(Checkpoint, size=size)
    _viewed(request, f"the note of the checkpoint over {size:,} entries")
    answer = HttpResponse(shown.note, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="checkpoint-{shown.size}.txt"'
    return answer


@require_POST
@permission_required(READ)
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a verification of everything, or of a range."""
    form = RangeForm(request.POST, auto_id="verify-%s")
    if form.is_valid():
        first, last = form.cleaned_data["first"], form.cleaned_data["last"]
        try:
            asked = ask_to_verify(
                actor=actor_of(request),
                user=request.user,  # type: ignore[arg-type]
                first=first - 1 if first else None,
                last=last,
            )
            return go(request, "audit:verification", asked.pk)
        except BadInput as error:
            form.add_error(error.field or None, str(error))
    # It stands far below the top of the page, where nobody would look for what is wrong.
    focus_on_mistake(form)
    return _page(request, form, status=INVALID_FORM)


@require_safe
@permission_required(READ)
def verification(request: HttpRequest, pk: int) -> HttpResponse:
    """How a verification stands, and what it found; asks again by itself until it has ended."""
    shown = get_object_or_404(Verification.objects.select_related("asked_by"), pk=pk)
    moving, subject = shown.state in UNFINISHED, f"verification {shown.pk}"
    if not (moving and wants_fragment(request) and _watches(request, subject)):
        _viewed(request, subject, subject=subject)
    context = {
        "verification": shown,
        "moving": moving,
        "first": None if shown.first is None else shown.first + 1,
        "wrong": shown.progress.get("wrong", 0),
        "forgotten": forgotten_in_all(),
    }
    return render_page(request, "audit/verification.html", context, fragment="audit/_verification.html")


def _viewed(request: HttpRequest, what: str, subject: str = "") -> None:
    record(VIEWED, actor=actor_of(request), subject=subject, details={"what": what})


def _watches(request: HttpRequest, subject: str) -> bool:
    """Whether this person has opened it a moment ago: the page asks again by itself until it has ended."""
    return was_read(request.user.pk, subject, [VIEWED])
