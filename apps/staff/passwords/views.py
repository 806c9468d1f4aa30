"""For whoever forgot their password: asking for a link, and setting another one by it."""

import time

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from apps.audit.services import record
from apps.core.errors import Missing
from apps.core.pages import INVALID_FORM, render_page
from apps.staff.access import public
from apps.staff.actors import actor_of
from apps.staff.address import client_address, pause_address
from apps.staff.factors.trying import forget_wrong
from apps.staff.forms import Address, NewPasswordForm
from apps.staff.letters.about import act_of
from apps.staff.letters.posting import Kind, post
from apps.staff.models import User
from apps.staff.oidc.config import passwords_work
from apps.staff.passwords import resets
from apps.staff.session_models import ResetLink
from apps.staff.strangers import record_try

GONE, TOO_MANY = 410, 429
ASKED_AN_HOUR = 10
HERE = frozenset({"127.0.0.1", "::1"})


class ForgottenForm(forms.Form):
    """For whom; whether there is such a person is told to nobody."""

    email = Address(
        label=gettext_lazy("Work e-mail"),
        required_words=gettext_lazy("Type your work e-mail."),
        autocomplete="username",
        autofocus=True,
    )


@public
@require_http_methods(["GET", "HEAD", "POST"])
def password_forgotten(request: HttpRequest) -> HttpResponse:
    """GET asks for the address; POST answers alike whoever is behind it."""
    check_passwords_work()
    form = ForgottenForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        status = INVALID_FORM if request.method == "POST" else 200
        return render_page(request, "staff/password_forgotten.html", {"form": form}, status=status)
    if asked_too_often(request):
        return render_page(request, "staff/password_asked.html", {"too_often": True}, status=TOO_MANY)
    base = request.build_absolute_uri("/").rstrip("/")
    email = form.cleaned_data["email"]
    resets.ask(actor=actor_of(request), email=email, base=base)
    return render_page(request, "staff/password_asked.html", {"link": shown_link(request, email)})


def asked_too_often(request: HttpRequest) -> bool:
    """More than a few an hour from one network, for whomever; the first one too many is an entry."""
    counter = f"reset-asked:{pause_address(request)}:{int(time.time() // 3600)}"
    cache.add(counter, 0, timeout=7200)
    try:
        count = cache.incr(counter)
    except ValueError:
        # It ran out between the two.
        count = 1
    if count == ASKED_AN_HOUR + 1:
        record(
            "staff.reset_refused",
            actor=actor_of(request),
            outcome="refused",
            details={"email": "this network"},
        )
    return count > ASKED_AN_HOUR


@sensitive_variables("token")
def shown_link(request: HttpRequest, email: str) -> str:
    """In the demo on one's own machine, where no mail leaves, a link: whoever is here can read the files anyway."""
    if settings.CONSOLE_MAIL_IS_SENT or settings.CONSOLE_ENVIRONMENT != "sandbox" or settings.CONSOLE_PROXIES:
        return ""
    if client_address(request) not in HERE:
        return ""
    person = User.objects.filter(email=email, is_active=True).first()
    if person is None or not person.has_usable_password():
        return ""
    _row, token = resets.make(person)
    return request.build_absolute_uri(reverse("staff:password_reset", args=[token])) if token else ""


@public
@sensitive_variables("token")
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password_reset(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks for a new password; POST sets it, and the link is used up."""
    check_passwords_work()
    link = resets.link_of(token)
    if link is None or not link.works or not link.person.is_active:
        return dead(request, link)
    form = NewPasswordForm(request.POST if request.method == "POST" else None, user=link.person)
    if request.method == "POST" and form.is_valid():
        person = resets.use(actor=actor_of(request), link=link, password=form.cleaned_data["new"])
        if person is None:
            return dead(request, resets.link_of(token))
        forget_wrong(request, person.email)
        post(Kind.PASSWORD_CHANGED, **act_of(request, person))
        messages.success(request, _("Your new password is set. Sign in with it."))
        return redirect("staff:sign_in")
    status = INVALID_FORM if request.method == "POST" else 200
    context = {"form": form, "person": link.person}
    return render_page(request, "staff/password_reset.html", context, status=status)


def check_passwords_work() -> None:
    """Raises: Missing where people sign in elsewhere only"""
    if not passwords_work():
        raise Missing(_("People do not sign in with a password here."), next_step=_("Go to sign-in."))


def dead(request: HttpRequest, link: ResetLink | None) -> HttpResponse:
    """Why the link does not work. Names nobody: whoever has an old link learns nothing from it."""
    if link:
        # Nonsense is nobody's link: entries for it could be made without end.
        record_try("staff.reset_link_refused", request=request)
    if link is None:
        words = _("This link is not whole, or was never made here. Copy all of it from the mail.")
    elif link.used_at:
        words = _("This link has been used: it works once. Sign in with the password that was set.")
    elif link.ended_at or not link.person.is_active:
        words = _("This link does not work any more: the password was changed since.")
    else:
        words = _("This link has run out: it works for an hour. Ask for a new one.")
    status = GONE if link else 404
    return render_page(request, "staff/welcome_dead.html", {"words": words}, status=status)
