"""Who calls: OAuth tokens with an end, or a till by Basic with an md5 password; attribution to a store."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.sandbox.api.errors import Refusal
from apps.sandbox.api.tokens import holds
from apps.sandbox.catalogue import STORE_BY_CODE, STORE_BY_TILL, STORES, Store


@dataclass(frozen=True)
class Caller:
    """The store a call is counted for, and how it signed in."""

    store: Store
    by: str

    is_authenticated = True


class TokenOrTill(BaseAuthentication):
    """Accepts X-CAP-API-OAUTH-TOKEN, or Authorization: Basic till:md5(password)."""

    def authenticate(self, request: Request) -> tuple[Caller, None] | None:
        """The caller. Raises AuthenticationFailed for a token or password that does not hold."""
        token = request.headers.get("X-CAP-API-OAUTH-TOKEN")
        if token:
            if not holds(token):
                raise AuthenticationFailed
            return Caller(_attributed(request, STORES[0]), "oauth"), None
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic":
            return Caller(_attributed(request, _store_of_till(value)), "basic"), None
        return None

    def authenticate_header(self, request: Request) -> str:
        """The header that makes the framework answer 401 rather than 403."""
        return 'Basic realm="loyalty"'


class SignedIn(BasePermission):
    """Nothing is answered to a stranger."""

    def has_permission(self, request: Request, view: object) -> bool:
        """True, or NotAuthenticated is raised."""
        if caller_of(request) is None:
            raise NotAuthenticated
        return True


def caller_of(request: Request) -> Caller | None:
    """Who signed in; the sandbox has no Django users."""
    user: object = request.user
    return user if isinstance(user, Caller) else None


def _store_of_till(value: str) -> Store:
    try:
        till, _, digest = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise AuthenticationFailed from error
    # The reference prescribes md5; it protects nothing here.
    wanted = hashlib.md5(settings.SANDBOX_TILL_PASSWORD.encode(), usedforsecurity=False).hexdigest()
    store = STORE_BY_TILL.get(till)
    if store is None or not hmac.compare_digest(digest.encode(), wanted.encode()):
        raise AuthenticationFailed
    return store


def _attributed(request: Request, default: Store) -> Store:
    kind = request.headers.get("X-CAP-API-ATTRIBUTION-ENTITY-TYPE", "TILL")
    code = request.headers.get("X-CAP-API-ATTRIBUTION-ENTITY-CODE")
    code = code or request.headers.get("X-CAP-API-ATTRIBUTION-TILL-CODE")
    by_external_id = {store.external_id: store for store in STORES}
    tables = {
        "TILL": STORE_BY_TILL,
        "TILL_CODE": STORE_BY_TILL,
        "STORE_CODE": STORE_BY_CODE,
        "STORE_NAME": {store.name: store for store in STORES},
        "STORE_EXTERNAL_ID": by_external_id,
        "STORE_EXTERNAL_ID_1": by_external_id,
        "STORE_EXTERNAL_ID_2": by_external_id,
    }
    if kind not in tables:
        raise Refusal(400, "The attribution type is not valid")
    if code is None:
        return default
    if code not in tables[kind]:
        raise Refusal(91021)
    return tables[kind][code]
