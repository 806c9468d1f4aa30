"""The lock: the page that asks for the password, and what happens when it is given."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audit.services import record
from apps.core.pages import INVALID_FORM, wants_fragment
from apps.staff.access import View, person_of
from apps.staff.actors import actor_of
from apps.staff.factors.proof import NotProved, prove, question
from apps.staff.forms import password_field
from apps.staff.sessions import held
from apps.staff.sessions.lasting import Standing, idle

LOCKED = 401
OPENS_LOCK = "opens_lock"


class UnlockForm(forms.Form):
    """The password, or what a passkey answers, and which form waits behind it.

    whose is the person the page was drawn for.
    """

    prefix = "lock"

    password = password_field(gettext_lazy("Password"), gettext_lazy("Type your password."), required=False)
    answer = forms.CharField(required=False, widget=forms.HiddenInput)
    state = forms.CharField(required=False, widget=forms.HiddenInput)
    whose = forms.CharField(max_length=20, widget=forms.HiddenInput)
    held = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


def opens_lock(view: View) -> View:
    """Mark a view that works while the page is locked."""
    setattr(view, OPENS_LOCK, True)
    return view


def answer_locked(request: HttpRequest, view: View, standing: Standing) -> HttpResponse | None:
    """What comes instead of the page; None when the lock is open now and the view is to answer."""
    if hasattr(view, OPENS_LOCK):
        return None
    if wants_fragment(request):
        return _fragment(request)
    if is_from_lock_page(request):
        return _try_here(request, standing)
    token = held.hold(request, standing) if request.method == "POST" else ""
    return page(request, form_for(request, held=token), status=LOCKED)


def form_for(request: HttpRequest, *, held: str = "") -> UnlockForm:
    """An empty form for the person who is signed in."""
    return UnlockForm(initial={"whose": str(person_of(request).pk), "held": held})


def unlock(request: HttpRequest, form: UnlockForm, standing: Standing) -> bool:
    """Open the lock for whoever proves who they are; otherwise the form says why not. Each try is an entry.

    Wrong ones count as at signing in: after too many the limiter's own page answers.
    """
    request.sensitive_post_parameters = "__ALL__"  # type: ignore[attr-defined]
    if not form.is_valid():
        return False
    typed = form.cleaned_data
    try:
        prove(request, password=typed["password"], answer=typed["answer"], state=typed["state"])
    except NotProved as error:
        form.add_error("password", error.message)
        return False
    record("staff.unlocked", actor=actor_of(request))
    request.session.cycle_key()
    return True


def is_for_another(request: HttpRequest, form: UnlockForm) -> bool:
    """Whether the locked page was drawn for somebody else than who is signed in in this browser now."""
    return form.data.get("lock-whose") != str(person_of(request).pk)


def is_from_lock_page(request: HttpRequest) -> bool:
    """Whether the form of the lock page was sent. Whoever has no password sends no field for one."""
    return request.method == "POST" and "lock-whose" in request.POST


def answer_open(request: HttpRequest, standing: Standing) -> HttpResponse | None:
    """The lock page of a tab is sent, and another tab has opened the lock meanwhile: what waits behind it goes on all
    the same, and no view ever sees the password."""
    form = UnlockForm(request.POST)
    if is_for_another(request, form) or not form.is_valid():
        return redirect("staff:home")
    return _after(request, form, standing)


def _try_here(request: HttpRequest, standing: Standing) -> HttpResponse | None:
    """The lock page is answered at the address it stands for, so that what follows happens there."""
    form = UnlockForm(request.POST)
    if is_for_another(request, form):
        return redirect("staff:home")
    if not unlock(request, form, standing):
        return page(request, form, status=INVALID_FORM)
    return _after(request, form, standing)


def _after(request: HttpRequest, form: UnlockForm, standing: Standing) -> HttpResponse | None:
    token = form.cleaned_data["held"]
    if not token:
        return HttpResponseRedirect(request.get_full_path())
    return _carry_on(request, held.take(token, standing))


def _carry_on(request: HttpRequest, form: held.Held | None) -> HttpResponse | None:
    """The view gets the form as if it had just been sent."""
    if form is None or form.path != request.get_full_path():
        messages.warning(
            request,
            _(
                "What you had sent does not wait any more: it went through already. Look before you repeat it."
            ),
        )
        return redirect("staff:home")
    if form.files:
        messages.warning(request, _("A file is not kept while a form waits. Choose it again."))
        safe = url_has_allowed_host_and_scheme(form.back, None)
        return HttpResponseRedirect(form.back) if form.back and safe else redirect("staff:home")
    request.POST = form.data  # type: ignore[assignment]
    return None


def _fragment(request: HttpRequest) -> HttpResponse:
    """A sentence for a part of a page, and the event on which the page covers itself. Nothing is swapped."""
    response = render(request, "staff/_locked.html", status=LOCKED)
    response["HX-Trigger"] = "lc:locked"
    response["HX-Reswap"] = "none"
    patch_vary_headers(response, ["HX-Request"])
    return response


def cover(request: HttpRequest, form: UnlockForm, *, status: int = 200) -> HttpResponse:
    """The form alone, for the cover of a page."""
    context = {"form": form, "question": question(request)}
    return render(request, "staff/_lock_form.html", context, status=status)


def paused(request: HttpRequest, words: str, *, status: int) -> HttpResponse:
    """The form that was sent, cover or page, once more, while tries are refused unread."""
    form = UnlockForm(request.POST)
    form.add_error("password", words)
    draw = cover if wants_fragment(request) else page
    return draw(request, form, status=status)


def page(request: HttpRequest, form: UnlockForm, *, status: int) -> HttpResponse:
    """The whole page, at whichever address."""
    context: dict[str, Any] = {
        "form": form,
        "question": question(request),
        "action": request.get_full_path(),
        "minutes": int(idle().total_seconds() // 60),
        "is_held": bool(form["held"].value()),
    }
    return render(request, "staff/lock.html", context, status=status)
