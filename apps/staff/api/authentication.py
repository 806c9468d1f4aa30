"""Who a program is: the key in its Authorization header, and nothing else; no cookie opens the API."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from apps.audit.services import record
from apps.staff.access import MissingPermission
from apps.staff.actors import actor_of
from apps.staff.api.keys import key_of
from apps.staff.api.scopes import permissions_of
from apps.staff.guessing import too_many
from apps.staff.middleware import write_refusal
from apps.staff.models import ApiKey, User
from apps.staff.roles import APP

if TYPE_CHECKING:
    from rest_framework.views import APIView

WRONG_A_MINUTE = 20


@dataclass(frozen=True)
class Program:
    """A program whose key only reads the trail: it has permissions, and no stores of its own."""

    key: ApiKey

    is_authenticated = True
    pk = None
    memberships_now: tuple[Any, ...] = ()

    def has_perm(self, permission: str, obj: Any = None) -> bool:
        """True when a scope of the key allows it."""
        app, _dot, codename = permission.partition(".")
        return obj is None and app == APP and codename in permissions_of(self.key.scopes)


class KeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer lc_…``"""

    def authenticate(self, request: Request) -> tuple[Program | User, ApiKey] | None:
        """The program's account; None without a header. A wrong key is an entry, but not more than a few a minute."""
        word, _space, text = request.headers.get("Authorization", "").partition(" ")
        if not word:
            return None
        key = key_of(text.strip()) if word.lower() == "bearer" else None
        if key is None:
            self._refuse(request)
            raise AuthenticationFailed("This key does not work: it is wrong, has run out, or was revoked.")
        request._request.api_key = key  # type: ignore[attr-defined]
        if key.service is None:
            return Program(key), key
        # An account may have had other keys: this call may do what this one was made for.
        key.service.__dict__["scope_codes"] = frozenset(key.scopes)
        return key.service, key

    def authenticate_header(self, _request: Request) -> str:
        """What a stranger is told to bring."""
        return 'Bearer realm="loyalty-console"'

    def _refuse(self, request: Request) -> None:
        if too_many("api-keys", request._request, WRONG_A_MINUTE):
            raise Throttled(wait=60)
        record("api.refused", actor=actor_of(request._request), outcome="refused")


class HasScope(BasePermission):
    """The key allows what the view names; a view that names nothing is open to no key.

    permission   of the view;  permissions  by method, one or several of which one is enough
    """

    message = "This key was not made for that."

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Asked for every call; a refusal is an entry."""
        user: object = request.user
        if not isinstance(user, (Program, User)):
            return False
        wanted = wanted_by(view, request.method or "")
        if any(user.has_perm(one) for one in wanted):
            return True
        write_refusal(request._request, MissingPermission(wanted[0] if wanted else ""))
        return False


def wanted_by(view: object, method: str) -> tuple[str, ...]:
    """The permissions of which one opens this method of a view."""
    named = getattr(view, "permissions", {}).get("GET" if method in {"HEAD", "OPTIONS"} else method)
    found = named or getattr(view, "permission", "")
    return (found,) if isinstance(found, str) and found else tuple(found or ())


class ProgramThrottle(SimpleRateThrottle):
    """So many calls a minute for each program, whichever of its keys it uses; what is left is told in the headers of
    every answer."""

    scope = "api"

    def get_cache_key(self, request: Request, _view: "APIView") -> str | None:
        """One counter per account; a key that only reads the trail has none and is one itself."""
        key: object = request.auth
        return self.counter(key) if isinstance(key, ApiKey) else None

    def counter(self, key: ApiKey) -> str | None:
        """What the calls of this key are counted under; None counts nothing."""
        return f"api-calls:account:{key.service_id}" if key.service_id else f"api-calls:key:{key.pk}"

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """As Django REST framework's."""
        allowed = super().allow_request(request, view)
        if not allowed:
            request._request.api_refused = True  # type: ignore[attr-defined]
        history: list[float] = getattr(self, "history", [])
        most, seconds = self.parse_rate(self.rate or "")
        if history and most and seconds:
            again = max(0, round(seconds - (self.timer() - history[-1])))
            left, told = max(0, most - len(history)), getattr(request._request, "api_rate", None)
            if told is None or left < told[1]:
                request._request.api_rate = (most, left, again)  # type: ignore[attr-defined]
        return allowed


class PersonThrottle(ProgramThrottle):
    """And so many for all programs of one person together: more keys are not more calls without end.

    Django REST framework asks every bound, also when one has refused. What the program's own one refused, asked before
    this, is not counted here: a program that runs away shuts out none of the person's others.
    """

    scope = "api_person"

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """As the program's, for what that one let through."""
        return getattr(request._request, "api_refused", False) or super().allow_request(request, view)

    def counter(self, key: ApiKey) -> str | None:
        """Whoever answers for the program."""
        person = key.service.responsible_id if key.service else key.made_by_id
        return f"api-calls:person:{person}" if person else None
