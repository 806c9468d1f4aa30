"""One's own second factors: setting them up, naming and removing them, recovery codes, and proving who one is."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from apps.core.errors import BadInput, Conflict
from apps.core.pages import INVALID_FORM
from apps.staff import sign_in
from apps.staff.access import person_of
from apps.staff.actors import actor_of
from apps.staff.factor_models import Authenticator, Passkey
from apps.staff.factors import ceremony, keeping
from apps.staff.factors.forms import NameForm, ProofForm
from apps.staff.factors.mail import tell
from apps.staff.factors.needing import before_factor, is_waiting_form, lacks_one
from apps.staff.factors.reauthenticate import proof_page, reauthenticate, show
from apps.staff.factors.telling import own_factors

PLAIN, FRAMED = "base_plain.html", "base.html"


def frame_of(request: HttpRequest) -> dict[str, Any]:
    """Without the way around for somebody who may go nowhere else yet."""
    locked = lacks_one(request)
    return {"frame": PLAIN if locked else FRAMED, "locked": locked}


@require_safe
@before_factor
def factor_setup(request: HttpRequest) -> HttpResponse:
    """Choose a factor; where somebody without the one they need is led."""
    after = request.GET.get("next", "")
    context = {
        "next": after,
        "waits": is_waiting_form(after),
        "possible": ceremony.possible(request),
        **frame_of(request),
    }
    return render(request, "staff/factor_setup.html", context)


@sensitive_variables("codes")
def added(request: HttpRequest, codes: list[str], after: str) -> HttpResponse:
    """After a factor was set up: the first one comes with recovery codes, shown this once."""
    person = person_of(request)
    person.refresh_from_db()
    tell(actor_of(request), person, _("A second factor was set up for your account."))
    if not codes:
        messages.success(request, _("It is set up. Use it the next time you sign in."))
        return sign_in.onward(request, after) if after else redirect("staff:account")
    # This session stays; those that only a password opened have ended.
    update_session_auth_hash(request, person)
    return codes_page(request, codes, after)


@sensitive_variables("codes", "context")
def codes_page(request: HttpRequest, codes: list[str], after: str = "") -> HttpResponse:
    going = sign_in.onward(request, after).url if after else ""
    context = {"codes": codes, "lines": "\n".join(codes), "going": going}
    return render(request, "staff/recovery_codes.html", context)


@sensitive_variables("codes")
@require_http_methods(["GET", "HEAD", "POST"])
@reauthenticate
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """GET says what it means; POST makes ten new ones and shows them, this once."""
    if request.method != "POST":
        return render(request, "staff/recovery_ask.html", own_factors(request, person_of(request)))
    codes = keeping.make_recovery_codes(actor=actor_of(request), person=person_of(request))
    tell(
        actor_of(request), person_of(request), _("New recovery codes were made; those from before are dead.")
    )
    return codes_page(request, codes)


@require_http_methods(["GET", "HEAD", "POST"])
def passkey_rename(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks for another name; POST keeps it."""
    key = _own(request, pk)
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": key.name})
    status = INVALID_FORM if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            keeping.rename_passkey(
                actor=actor_of(request), person=person_of(request), pk=pk, name=form.cleaned_data["name"]
            )
        except BadInput as error:
            form.tell(error)
        else:
            return redirect("staff:account")
    return render(request, "staff/passkey_rename.html", {"form": form, "key": key}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@reauthenticate
def passkey_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says what it means; POST removes it."""
    key = _own(request, pk)
    return _remove(
        request,
        _("passkey %(name)s") % {"name": key.name},
        lambda: keeping.remove_passkey(actor=actor_of(request), person=person_of(request), pk=pk),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@reauthenticate
def authenticator_remove(request: HttpRequest) -> HttpResponse:
    """GET says what it means; POST removes it."""
    if not Authenticator.objects.filter(person=person_of(request)).exists():
        raise Http404
    return _remove(
        request,
        _("authenticator app"),
        lambda: keeping.remove_authenticator(actor=actor_of(request), person=person_of(request)),
    )


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@before_factor
def prove(request: HttpRequest) -> HttpResponse:
    """Asks for password or passkey and goes back to where the person was."""
    after = (request.POST if request.method == "POST" else request.GET).get("next", "")
    if request.method == "POST":
        form = ProofForm(request.POST)
        if show(request, form):
            return sign_in.onward(request, after)
        return proof_page(request, form, status=INVALID_FORM)
    return proof_page(request, ProofForm(), more=[("next", after)])


def _own(request: HttpRequest, pk: int) -> Passkey:
    key = person_of(request).passkeys.filter(pk=pk).first()
    if key is None:
        raise Http404
    return key


def _remove(request: HttpRequest, what: str, act: Callable[[], None]) -> HttpResponse:
    person = person_of(request)
    context, status = {"what": what, **own_factors(request, person)}, 200
    if request.method == "POST":
        try:
            act()
        except Conflict as error:
            context["trouble"], status = error.words, error.http_status
        else:
            tell(
                actor_of(request),
                person,
                _("A second factor was removed from your account: %(what)s.") % {"what": what},
            )
            messages.success(request, _("Removed: %(what)s.") % {"what": what})
            return redirect("staff:account")
    return render(request, "staff/factor_remove.html", context, status=status)
