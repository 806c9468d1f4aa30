"""One's own account: who one is here, how the console looks, the password, the store at hand."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from apps.audit.services import record
from apps.core.errors import Missing, Refused
from apps.core.pages import INVALID_FORM, wants_fragment
from apps.staff.access import person_of
from apps.staff.actors import actor_of
from apps.staff.factors.limiter import give_back
from apps.staff.factors.telling import own_factors
from apps.staff.factors.trying import count_wrong, is_paused
from apps.staff.forms import PasswordForm
from apps.staff.letters.about import act_of
from apps.staff.letters.posting import Kind, post
from apps.staff.models import User
from apps.staff.oidc.config import passwords_work
from apps.staff.passwords.resets import set_new
from apps.staff.preferences import PreferencesForm, keep, kept_of
from apps.staff.sessions.lasting import standing_of
from apps.staff.stores import SESSION_KEY, stores_of


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Name, roles, stores, preferences and the password form."""
    return page(request)


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep language, time zone, theme, density and shortcuts; the menu sends the theme alone."""
    form = PreferencesForm(request.POST, initial=kept_of(person_of(request)))
    if not form.is_valid():
        return page(request, preferences_form=form, status=INVALID_FORM)
    keep(actor=actor_of(request), person=person_of(request), chosen=form.cleaned_data)
    if wants_fragment(request):
        # The menu's own buttons have changed the look already: there is nothing to draw again.
        return HttpResponse(status=204)
    messages.success(request, _("Your preferences are kept."))
    return redirect("staff:account")


@sensitive_post_parameters()
@require_POST
def password(request: HttpRequest) -> HttpResponse:
    """Change the password; every other session of the person ends with the old one."""
    person = person_of(request)
    if not has_password(person):
        raise Refused(_("You have no password here to change."), next_step=_("Change it where you sign in."))
    if is_paused(request, person.email):
        # Not even read: who sits at an open desk would try one after the other here. The limiter's page answers.
        record("staff.password_refused", actor=actor_of(request), outcome="refused")
        return page(request, status=INVALID_FORM)
    form = PasswordForm(request.POST, user=person)
    if not form.is_valid():
        if form.current_was_wrong:
            record("staff.password_refused", actor=actor_of(request), outcome="refused")
            count_wrong(request, person.email)
        give_back(request)
        return page(request, password_form=form, status=INVALID_FORM)
    give_back(request)
    standing = standing_of(request)
    with transaction.atomic():
        record("staff.password_changed", actor=actor_of(request))
        set_new(person, form.cleaned_data["new"], keep=standing.row.pk if standing else "")
        post(Kind.PASSWORD_CHANGED, **act_of(request, person))
        # In one go: a poll of this browser that comes between would find its session of before and end it.
        update_session_auth_hash(request, person)
    messages.success(request, _("Your password is changed. Your other sessions are signed out."))
    return redirect("staff:account")


@require_POST
def store_switch(request: HttpRequest) -> HttpResponse:
    """Act for another of one's own stores from now on."""
    wanted = request.POST.get("store", "")
    store = next((one for one in stores_of(person_of(request)) if str(one.pk) == wanted), None)
    if store is None:
        raise Missing(_("This is not one of your stores."), next_step=_("Choose a store from the list."))
    actor = actor_of(request)
    changed = {"acts_for": [actor.store_code, store.code]}
    record("staff.store_switched", actor=actor, subject=store.name, details={"changed": changed})
    request.session[SESSION_KEY] = store.pk
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return HttpResponseRedirect(target)
    return redirect("staff:home")


def has_password(person: User) -> bool:
    """Whether a password of the console's own is a way in for them."""
    return passwords_work() and person.has_usable_password()


def page(
    request: HttpRequest,
    *,
    preferences_form: PreferencesForm | None = None,
    password_form: PasswordForm | None = None,
    status: int = 200,
) -> HttpResponse:
    person = person_of(request)
    context = {
        "person": person,
        "memberships": person.memberships_now,
        "preferences_form": preferences_form or PreferencesForm(initial=kept_of(person)),
        "password_form": password_form or (PasswordForm(user=person) if has_password(person) else None),
        "factors": own_factors(request, person),
    }
    return render(request, "staff/account.html", context, status=status)
