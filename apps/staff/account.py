"""One's own account: who one is here, how the console looks, the password, the store at hand."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from apps.audit.services import record
from apps.core.errors import Missing
from apps.core.pages import INVALID_FORM, wants_fragment
from apps.staff.access import person_of
from apps.staff.actors import actor_of
from apps.staff.forms import PasswordForm, PreferencesForm
from apps.staff.models import User
from apps.staff.stores import SESSION_KEY, stores_of


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Name, roles, stores, preferences and the password form."""
    return page(request)


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep theme and shortcuts."""
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return page(request, preferences_form=form, status=INVALID_FORM)
    User.objects.filter(pk=person_of(request).pk).update(**form.cleaned_data)
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
    form = PasswordForm(request.POST, user=person)
    if not form.is_valid():
        if form.current_was_wrong:
            record("staff.password_refused", actor=actor_of(request), outcome="refused")
        return page(request, password_form=form, status=INVALID_FORM)
    record("staff.password_changed", actor=actor_of(request))
    person.set_password(form.cleaned_data["new"])
    person.save(update_fields=["password"])
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
    record("staff.store_switched", actor=actor_of(request), subject=store.name)
    request.session[SESSION_KEY] = store.pk
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return HttpResponseRedirect(target)
    return redirect("staff:home")


def page(
    request: HttpRequest,
    *,
    preferences_form: PreferencesForm | None = None,
    password_form: PasswordForm | None = None,
    status: int = 200,
) -> HttpResponse:
    person = person_of(request)
    kept = {"theme": person.theme, "shortcuts": person.shortcuts}
    context = {
        "person": person,
        "memberships": person.memberships_now,
        "preferences_form": preferences_form or PreferencesForm(initial=kept),
        "password_form": password_form or PasswordForm(user=person),
    }
    return render(request, "staff/account.html", context, status=status)
