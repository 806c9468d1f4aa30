"""Inviting somebody, and the page on which they set their password."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from apps.audit.services import record
from apps.core.errors import BadInput, Conflict
from apps.core.pages import INVALID_FORM, render_page
from apps.staff.access import permission_required, public
from apps.staff.actors import actor_of
from apps.staff.confirming.acting import change
from apps.staff.factors.reauthenticate import reauthenticate
from apps.staff.forms import NewPasswordForm
from apps.staff.models import Invite, User
from apps.staff.oidc.config import passwords_work, provider_name
from apps.staff.people import invites
from apps.staff.people.forms import InviteForm
from apps.staff.people.mail import send_link
from apps.staff.people.views import found, plain

GONE = 410


@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("staff.manage_staff")
@reauthenticate
def person_invite(request: HttpRequest) -> HttpResponse:
    """GET asks who, as what and where; POST makes them and sends the link."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            typed = form.cleaned_data
            values = plain(typed) | {"stores": [one.pk for one in typed["stores"]]}
            return change(request, "staff.invite", values, lambda: redirect("staff:people"))
        except (BadInput, Conflict) as error:
            form.tell(error)
    status = INVALID_FORM if request.method == "POST" else 200
    return render_page(request, "staff/person_invite.html", {"form": form}, status=status)


@sensitive_variables("token")
@require_POST
@permission_required("staff.manage_staff")
@reauthenticate
def person_invite_again(request: HttpRequest, pk: int) -> HttpResponse:
    """A new link; the old one dies."""
    person, token = invites.send_again(actor=actor_of(request), pk=found(request, pk).pk)
    return sent(request, person, token)


@require_POST
@permission_required("staff.manage_staff")
def person_invite_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The link dies."""
    person = invites.withdraw(actor=actor_of(request), pk=found(request, pk).pk)
    messages.success(request, _("The invitation of %(name)s is withdrawn.") % {"name": person.name})
    return redirect("staff:person", pk)


@sensitive_variables("token", "link")
def sent(request: HttpRequest, person: User, token: str) -> HttpResponse:
    """Send the link; without a mail server somebody passes it on: see `invites.is_shown`."""
    link = request.build_absolute_uri(reverse("staff:welcome", args=[token]))
    sent = send_link(person, link)
    if not sent:
        record("staff.invite_not_sent", actor=actor_of(request), outcome="not_done", subject=person.name)
    if invites.is_shown():
        context = {"person": person, "link": link, "invite": person.invites.first()}
        return render_page(request, "staff/person_invite_made.html", context)
    if sent:
        messages.success(request, invites.where_it_is() % {"name": person.name})
    else:
        words = _(
            "The mail for %(name)s could not be sent. Send the link again when the mail server answers."
        )
        messages.warning(request, words % {"name": person.name})
    return redirect("staff:person", person.pk)


@public
@sensitive_variables("token")
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks the invited person for a password; POST sets it, and the link is used up."""
    invite = invites.invite_of(token)
    if invite is None or not invite.works or not invite.person.is_active:
        return _dead(request, invite)
    if not passwords_work():
        words = _("You are invited. Sign in with %(provider)s: this house has no passwords of its own.")
        messages.info(request, words % {"provider": provider_name()})
        return redirect("staff:sign_in")
    form = NewPasswordForm(request.POST if request.method == "POST" else None, user=invite.person)
    if request.method == "POST" and form.is_valid():
        if not invites.accept(actor=actor_of(request), invite=invite, password=form.cleaned_data["new"]):
            return _dead(request, invites.invite_of(token))
        messages.success(request, _("Your password is set. Sign in with it."))
        return redirect("staff:sign_in")
    status = INVALID_FORM if request.method == "POST" else 200
    return render_page(request, "staff/welcome.html", {"form": form, "person": invite.person}, status=status)


def _dead(request: HttpRequest, invite: Invite | None) -> HttpResponse:
    """Why the link does not work. Names nobody: whoever has an old link learns nothing from it."""
    if invite is None:
        words = _("This link is not whole, or was never made here. Copy all of it from the mail.")
    elif invite.used_at:
        words = _("This link has been used: it works once. Sign in with the password that was set.")
    elif invite.ended_at or not invite.person.is_active:
        words = _("This link was withdrawn, or a newer one has taken its place. Look for a newer mail.")
    else:
        words = _("This link has run out: it works for 72 hours. Ask your administrator to send a new one.")
    status = GONE if invite else 404
    return render_page(request, "staff/welcome_dead.html", {"words": words}, status=status)
