"""The provider says that somebody has signed out there: the logout token is checked, and their sessions here end.

Source: OpenID Connect Back-Channel Logout 1.0 (final), sections 2.4, 2.6 and 2.7; read 2026-11-28
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from joserfc.errors import JoseError

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.hashes import hash_of_secret
from apps.staff.models import User
from apps.staff.oidc.back_channel_rows import HeardLogout
from apps.staff.oidc.config import provider_name
from apps.staff.oidc.rows import LONGEST_SUBJECT, LinkedAccount
from apps.staff.oidc.tokens import LEEWAY_SECONDS, opened
from apps.staff.session_models import OpenSession
from apps.staff.sessions.closing import close
from apps.staff.sessions.ending import end_all
from apps.staff.sessions.store import provider_session

EVENT = "http://schemas.openid.net/event/backchannel-logout"
# A token says when it was made, and is sent at once; what is older was kept by somebody.
MOST_SECONDS = 600
LONGEST_TOKEN = 16_000
# Whoever sends nonsense must not have the provider asked for its keys again and again.
KEYS_EVERY_SECONDS = 30.0
TYPES = {"", "jwt", "logout+jwt", "application/logout+jwt"}
_asked_for_keys_at = [0.0]


class NotBelieved(Exception):
    """The token fails the check that `code` names; nobody is signed out."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@sensitive_variables("token")
def sign_out(*, actor: Actor, token: str) -> int:
    """End the sessions that a logout token names: those of its ``sid``, or all of its ``sub``. How many there were.

    actor   whoever brought it
    Raises: NotBelieved; ProviderIll when its keys cannot be had; TraceUnavailable, then it may be sent once more
    """
    claims = _checked(token)
    itself = replace(actor, name=f"Single sign-on ({provider_name()})", role="System")
    with transaction.atomic():
        _hear_once(claims)
        names, count = _ended(claims)
        record(
            "staff.oidc_signed_out",
            actor=itself,
            outcome="done" if names else "not_done",
            subject=", ".join(names) or provider_name(),
            details={"count": count, "way": provider_name(), "of": "sid" if "sid" in claims else "sub"},
        )
    return count


@sensitive_variables("token")
def _checked(token: str) -> Mapping[str, Any]:
    """Signature first, as of an ID token; then that it is a logout token, from whom, for whom, and how old."""
    if not token or len(token) > LONGEST_TOKEN:
        raise NotBelieved("logout-token")
    try:
        found = opened(token, may_ask=_may_ask_for_keys)
        claims, kind = dict(found.claims), str(found.header.get("typ", ""))
    except (JoseError, ValueError, TypeError) as error:
        raise NotBelieved("logout-signature") from error
    aud = claims.get("aud")
    events = claims.get("events")
    checks = {
        # An access token or an ID token of the same provider is signed by the same key.
        "logout-type": kind.casefold() in TYPES and "nonce" not in claims,
        "logout-events": isinstance(events, dict) and isinstance(events.get(EVENT), dict),
        "logout-issuer": claims.get("iss") == settings.CONSOLE_OIDC["issuer"],
        "logout-audience": settings.CONSOLE_OIDC["client_id"] in (aud if isinstance(aud, list) else [aud]),
        "logout-age": _is_fresh(claims),
        "logout-id": _is_name(claims.get("jti")),
        "logout-whom": _names_somebody(claims),
    }
    if failed := next((code for code, holds in checks.items() if not holds), ""):
        raise NotBelieved(failed)
    return claims


def _may_ask_for_keys() -> bool:
    if time.monotonic() - _asked_for_keys_at[0] < KEYS_EVERY_SECONDS:
        return False
    _asked_for_keys_at[0] = time.monotonic()
    return True


def _is_fresh(claims: Mapping[str, Any]) -> bool:
    now, made, ends = time.time(), claims.get("iat"), claims.get("exp", float("inf"))
    if isinstance(made, bool) or not isinstance(made, (int, float)) or not isinstance(ends, (int, float)):
        return False
    return made - LEEWAY_SECONDS <= now <= min(made + MOST_SECONDS, ends) + LEEWAY_SECONDS


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_SUBJECT


def _names_somebody(claims: Mapping[str, Any]) -> bool:
    told = [claims[name] for name in ("sub", "sid") if name in claims]
    return bool(told) and all(map(_is_name, told))


def _hear_once(claims: Mapping[str, Any]) -> None:
    """Raises: NotBelieved for a token that was heard before, also at this moment by another process"""
    HeardLogout.objects.filter(until__lt=timezone.now()).delete()
    until = datetime.fromtimestamp(claims["iat"] + MOST_SECONDS + 2 * LEEWAY_SECONDS, UTC)
    heard = HeardLogout(token_hash=hash_of_secret(f"{claims['iss']}\n{claims['jti']}"), until=until)
    try:
        with transaction.atomic():
            heard.save(force_insert=True)
    except IntegrityError as error:
        raise NotBelieved("logout-again") from error


def _ended(claims: Mapping[str, Any]) -> tuple[list[str], int]:
    """Whose sessions ended, and how many. Somebody whom the console does not know has none."""
    person = _person(claims["sub"]) if "sub" in claims else None
    if "sid" not in claims:
        return ([person.name], end_all(person)) if person else ([], 0)
    sessions = OpenSession.objects.filter(at_provider=provider_session(claims["iss"], claims["sid"]))
    if "sub" in claims:
        # Nobody's session ends under another one's name; one that still owes a second factor is nobody's yet.
        sessions = sessions.filter(Q(person=person) | Q(person=None))
    names = sessions.exclude(person=None).values_list("person__name", flat=True)
    told = sorted({*names, *([person.name] if person else [])})
    return told, close(sessions)


def _person(subject: str) -> User | None:
    issuer = settings.CONSOLE_OIDC["issuer"]
    linked = LinkedAccount.objects.filter(issuer=issuer, subject=subject).select_related("person").first()
    return linked.person if linked else None
