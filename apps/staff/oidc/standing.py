"""What the session keeps of a sign-in at the provider: how it was made, and what signing out there needs."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from apps.core.errors import ConsoleError
from apps.core.sealing import Sealer
from apps.staff.models import User
from apps.staff.oidc import provider
from apps.staff.oidc.config import is_on
from apps.staff.oidc.tokens import SignIn
from apps.staff.sessions.store import AT_PROVIDER, provider_session

SESSION_KEY = "oidc"
# Addresses much longer are refused on their way; the provider then asks whom to sign out.
LONGEST_HINT = 6_000
_sealer = Sealer("apps.staff.oidc.standing")


@sensitive_variables("done")
def keep(request: HttpRequest, person: User, done: SignIn) -> None:
    """Note in the session how the person signs in. The ID token is kept sealed, for signing out there alone."""
    claims = done.claims
    issuer, sid = settings.CONSOLE_OIDC["issuer"], claims.get("sid")
    request.session[AT_PROVIDER] = provider_session(issuer, sid) if isinstance(sid, str) and sid else ""
    request.session[SESSION_KEY] = {
        "who": person.pk,
        "issuer": issuer,
        "at": timezone.now().isoformat(),
        "amr": _texts(claims.get("amr")),
        "acr": str(claims.get("acr") or ""),
        "second_factor": asked_for_a_second_factor(claims),
        "hint": _sealer.seal(done.id_token) if len(done.id_token) <= LONGEST_HINT else "",
    }


def asked_for_a_second_factor(claims: Mapping[str, Any]) -> bool:
    """Whether the provider says so, in a way the settings take for it."""
    methods = settings.CONSOLE_OIDC["second_factor_amr"]
    levels = settings.CONSOLE_OIDC["second_factor_acr"]
    return bool(set(_texts(claims.get("amr"))) & set(methods)) or claims.get("acr") in levels


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this session began at the provider, which had asked for a second factor."""
    return bool(_kept(request).get("second_factor"))


def began_there(request: HttpRequest) -> bool:
    """Whether this session began at the provider."""
    return bool(_kept(request))


@sensitive_variables("hint")
def way_to_sign_out(request: HttpRequest) -> str:
    """The provider's address that ends the session there too; empty where it has none, or does not answer.

    Source: OpenID Connect RP-Initiated Logout 1.0, section 2
    """
    kept = _kept(request)
    if not is_on() or kept.get("issuer") != settings.CONSOLE_OIDC["issuer"]:
        return ""
    try:
        address = provider.metadata().end_session
    except ConsoleError:
        # Signing out here must not wait for anybody.
        return ""
    if not address:
        return ""
    told = {
        "client_id": settings.CONSOLE_OIDC["client_id"],
        "post_logout_redirect_uri": request.build_absolute_uri(reverse("staff:sign_in")),
    }
    if hint := _sealer.unseal(str(kept.get("hint") or "")):
        told["id_token_hint"] = hint
    return f"{address}{'&' if '?' in address else '?'}{urlencode(told)}"


def _kept(request: HttpRequest) -> dict[str, Any]:
    found = request.session.get(SESSION_KEY)
    # Kept before the second step: another person may have taken it in the same browser.
    return found if isinstance(found, dict) and found.get("who") == request.user.pk else {}


def _texts(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
