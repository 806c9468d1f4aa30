"""Leaving for the provider, and coming back from it."""

import re
from dataclasses import replace
from urllib.parse import urlencode

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET

from apps.core.errors import ConsoleError
from apps.core.masking import mask
from apps.staff.access import public
from apps.staff.actors import actor_of
from apps.staff.models import User
from apps.staff.oidc import flows, groups, standing, tokens
from apps.staff.oidc.config import is_on, provider_name
from apps.staff.oidc.matching import person_of_claims
from apps.staff.oidc.problems import NotLetIn, ProviderIll, lost_thread, not_trusted
from apps.staff.oidc.provider import metadata
from apps.staff.sign_in import let_in, onward, telling
from apps.staff.strangers import record_try

# Codes of OAuth and OpenID Connect are such words; anything else somebody has typed into the address.
ERROR = re.compile(r"[a-z_]{1,40}")


@public
@require_GET
def oidc_start(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider. A link and no form: browsers follow no form to another house (form-action)."""
    if not is_on():
        raise Http404
    after = request.GET.get("next", "")
    if request.user.is_authenticated:
        return onward(request, after)
    back = request.build_absolute_uri(reverse("staff:oidc_back"))
    try:
        with telling(_("You are not signed in: nothing can be written down now.")):
            return HttpResponseRedirect(tokens.way_out(flows.begin(request, after=after[:2000], back=back)))
    except ProviderIll as error:
        request.oidc_after = after[:2000]  # type: ignore[attr-defined]
        return refused(request, error)


@public
@require_GET
def oidc_back(request: HttpRequest) -> HttpResponse:
    """Where the provider sends people back to: with a code, or with the reason why there is none."""
    if not is_on():
        raise Http404
    if request.user.is_authenticated:
        # The way back was opened a second time.
        return onward(request, "")
    try:
        with telling(_("You are not signed in: nothing can be written down now.")):
            return _arrived(request)
    except (NotLetIn, ProviderIll) as error:
        return refused(request, error)


@sensitive_variables("done")
def _arrived(request: HttpRequest) -> HttpResponse:
    """Raises: NotLetIn, ProviderIll"""
    flow = flows.take(request, request.GET.get("state", ""))
    # Whatever comes of it: whoever tries again still wants to go there.
    request.oidc_after = flow.after if flow else ""  # type: ignore[attr-defined]
    if flow is None or flow.is_late:
        raise lost_thread()
    _check_who_answers(request)
    if said := request.GET.get("error", ""):
        raise _said_no(said)
    done = tokens.exchange(flow, request.GET.get("code", ""))
    request.oidc_address = str(done.claims.get("email") or "")  # type: ignore[attr-defined]
    wanted = groups.wanted(done.claims)
    person = _known(request, done, wanted)
    details = {"way": provider_name(), "groups_give": sorted(set(wanted.places.values()))}
    if wanted.unknown_stores:
        details["stores_not_there"] = wanted.unknown_stores
    vouched = provider_name() if standing.asked_for_a_second_factor(done.claims) else ""
    # Before: the session of somebody who still owes a second factor is opened later, and keeps it.
    standing.keep(request, person, done)
    return let_in(request, person, flow.after, details=details, factor=vouched)


@sensitive_variables("done")
def _known(request: HttpRequest, done: tokens.SignIn, wanted: groups.Wanted) -> User:
    """The person with their roles in order: all of it, or none."""
    visitor = actor_of(request)
    itself = replace(visitor, name=f"Single sign-on ({provider_name()})", role="System")
    with transaction.atomic():
        makes = groups.may_make(wanted)
        person = person_of_claims(actor=visitor, claims=done.claims, may_be_made=makes)
        groups.apply(actor=itself, person=person, places=wanted.places)
    return person


def _check_who_answers(request: HttpRequest) -> None:
    """Another provider's answer, mixed in here, is not handed to ours (RFC 9207)."""
    told, known = request.GET.get("iss"), metadata()
    if told != known.issuer if told is not None else known.names_itself:
        raise not_trusted("sso-issuer")


def _said_no(said: str) -> NotLetIn:
    return NotLetIn(
        _("%(provider)s did not let you in.") % {"provider": provider_name()},
        next_step=_("Try again. If you should be let in, tell your administrator the code."),
        code=f"sso-{said}" if ERROR.fullmatch(said) else "sso-provider",
    )


def refused(request: HttpRequest, error: ConsoleError) -> HttpResponse:
    """The sentence with its code, and one entry; the address is kept masked, as for a wrong password."""
    email = str(getattr(request, "oidc_address", ""))
    record_try(
        "staff.oidc_refused",
        request=request,
        outcome="refused" if isinstance(error, NotLetIn) else "not_done",
        subject=provider_name(),
        details={"problem": error.code, "email": mask("email", email)},
        identifiers=[("email", email)],
    )
    after = str(getattr(request, "oidc_after", ""))
    asked = f"?{urlencode({'next': after})}" if after else ""
    context = {
        "error": error,
        "again": reverse("staff:oidc_start") + asked,
        "back": reverse("staff:sign_in") + asked,
    }
    return render(request, "staff/oidc_refused.html", context, status=error.http_status)
