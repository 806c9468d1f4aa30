"""The second step of signing in, and signing in by a passkey alone."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.pages import INVALID_FORM
from apps.staff import sign_in
from apps.staff.access import public
from apps.staff.actors import actor_of
from apps.staff.factors import ceremony, pending
from apps.staff.factors.forms import AnswerForm, FactorForm
from apps.staff.factors.showing import PASSKEY, take_code
from apps.staff.factors.trying import count_wrong, is_paused
from apps.staff.forms import SignInForm
from apps.staff.models import User
from apps.staff.oidc.config import passwords_work
from apps.staff.strangers import record_try

NOTHING = gettext_lazy("You are not signed in: nothing can be written down now.")


@public
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def factor(request: HttpRequest) -> HttpResponse:
    """GET asks whoever knew the password for their second factor; POST opens the session."""
    held = pending.waiting(request)
    if held is None:
        after = pending.end(request)
        messages.info(request, _("The second step waits for ten minutes only. Begin again."))
        return redirect(reverse("staff:sign_in") + (f"?{urlencode({'next': after})}" if after else ""))
    person, after = held
    if request.method != "POST":
        return _page(request, person, FactorForm())
    form: AnswerForm | FactorForm
    form = AnswerForm(request.POST) if "answer" in request.POST else FactorForm(request.POST)
    if not form.is_valid():
        return _page(request, person, form, status=INVALID_FORM)
    with sign_in.telling(str(NOTHING)):
        if is_paused(request, person.email):
            return _turned_away(request, person, form)
        way = (
            _passkey(request, person, form) if isinstance(form, AnswerForm) else _code(request, person, form)
        )
        if not way:
            return _turned_away(request, person, form)
        details = {"way": f"{pending.way_of(request)} and {way}"}
        pending.end(request)
        return sign_in.let_in(request, person, after, details=details, factor=way)


def _code(request: HttpRequest, person: User, form: FactorForm) -> str:
    actor = pending.as_person(actor_of(request), person)
    way = take_code(actor=actor, person=person, typed=form.cleaned_data["code"])
    if not way:
        form.add_error("code", _("This code is not right, or was used. Type the newest one."))
    return way


def _passkey(request: HttpRequest, person: User, form: AnswerForm) -> str:
    typed = form.cleaned_data
    try:
        ceremony.check(request, "factor", person, answer=typed["answer"], state=typed["state"])
    except ceremony.NotAnswered as error:
        form.add_error(None, error.message)
        return ""
    return PASSKEY


def _turned_away(request: HttpRequest, person: User, form: FactorForm | AnswerForm) -> HttpResponse:
    """Counted as a wrong password is, for this account from this address; the pause answers by itself."""
    way = PASSKEY if isinstance(form, AnswerForm) else "code"
    paused = bool(getattr(request, "axes_locked_out", False))
    record_try(
        "staff.factor_refused",
        request=request,
        subject=person.name,
        details={"way": way, "person_id": person.pk, "paused": paused},
    )
    left = 0 if paused else count_wrong(request, person.email)
    return _page(request, person, form, status=INVALID_FORM, tries_left=left)


@public
@sensitive_post_parameters()
@require_POST
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """A passkey whose device asked for the person stands for password and factor together."""
    if request.user.is_authenticated:
        return sign_in.onward(request, request.POST.get("next", ""))
    form = AnswerForm(request.POST)
    after = request.POST.get("next", "")[:2000]
    words = _("No passkey came. Try again, or sign in with your password.")
    if form.is_valid() and passwords_work():
        with sign_in.telling(str(NOTHING)):
            try:
                typed = form.cleaned_data
                key = ceremony.check(request, "alone", None, answer=typed["answer"], state=typed["state"])
                if not key.person.is_active:
                    raise ceremony.NotAnswered(_("This account is closed."))
            except ceremony.NotAnswered:
                record_try("staff.passkey_refused", request=request)
                # The same words whatever was wrong: a stranger learns nothing about anybody.
                words = _(
                    "This passkey does not open the console. Use it once more, or sign in with your password."
                )
            else:
                return sign_in.let_in(request, key.person, after, details={"way": PASSKEY}, factor=PASSKEY)
    again = SignInForm(initial={"next": after})
    return sign_in.page(request, again, status=INVALID_FORM, trouble=words)


def _page(
    request: HttpRequest,
    person: User,
    form: FactorForm | AnswerForm,
    *,
    status: int = 200,
    tries_left: int | None = None,
) -> HttpResponse:
    has_key, here = person.passkeys.exists(), ceremony.possible(request)
    context = {
        "form": form,
        "code_form": form if isinstance(form, FactorForm) else FactorForm(),
        "question": ceremony.ask(request, "factor", person) if has_key and here else None,
        "key_elsewhere": has_key and not here,
        "tries_left": tries_left,
    }
    return render(request, "staff/factor.html", context, status=status)
