"""What the provider publishes about itself: its addresses and its public keys, remembered for a while.

Remembered in this process and not in the shared cache: whoever can write there could put a key of their own beside
the provider's, and sign in as anybody.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, KeySet

from apps.staff.oidc.problems import no_answer

REMEMBERED_SECONDS = 3600
MOST_BYTES = 1_000_000
# Keys that can check a signature without being able to make one.
PUBLIC = frozenset({"RSA", "EC", "OKP"})

_remembered: dict[tuple[str, str], tuple[float, Any]] = {}


@dataclass(frozen=True)
class Metadata:
    """Addresses of the provider; userinfo and end_session are empty where it has none.

    sends_secret_by  client_secret_basic, client_secret_post or none
    names_itself     it promises its issuer in the address people come back with (RFC 9207)
    """

    issuer: str
    authorization: str
    token: str
    keys: str
    userinfo: str
    end_session: str
    sends_secret_by: str
    names_itself: bool


def metadata() -> Metadata:
    """The provider's own description of itself.

    Source: OpenID Connect Discovery 1.0, sections 3 and 4
    Raises: ProviderIll when it cannot be read, or is not that of the issuer in the settings
    """
    issuer = settings.CONSOLE_OIDC["issuer"]
    address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    found: Metadata = _remember("metadata", lambda: _read_metadata(issuer, json_at(address)))
    return found


def public_keys(*, fresh: bool = False) -> KeySet:
    """Its public keys; `fresh` asks again, for a token signed with a key that is not among those remembered.

    Raises: ProviderIll
    """
    if fresh:
        _remembered.pop(_place("keys"), None)
    found: KeySet = _remember("keys", lambda: _read_keys(json_at(metadata().keys)))
    return found


def forget() -> None:
    """Ask anew next time."""
    _remembered.clear()


def json_at(address: str, **headers: str) -> dict[str, Any]:
    """An object of JSON at an address of the provider. Redirects are not followed: nobody said where they lead.

    Raises: ProviderIll
    """
    patience = settings.CONSOLE_OIDC["timeout_seconds"]
    try:
        with requests.get(
            address,
            headers={"Accept": "application/json", **headers},
            timeout=patience,
            allow_redirects=False,
            stream=True,
        ) as reply:
            body = reply.raw.read(MOST_BYTES + 1, decode_content=True)
            found = json.loads(body) if reply.status_code == 200 and len(body) <= MOST_BYTES else None
    except (requests.RequestException, OSError, ValueError) as error:
        raise no_answer("sso-unreachable") from error
    if not isinstance(found, dict):
        raise no_answer("sso-unreachable")
    return found


def _read_metadata(issuer: str, told: dict[str, Any]) -> Metadata:
    if told.get("issuer") != issuer:
        raise no_answer("sso-other-issuer")
    methods = told.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    by = "client_secret_post" if "client_secret_basic" not in methods else "client_secret_basic"
    found = Metadata(
        issuer=issuer,
        authorization=str(told.get("authorization_endpoint") or ""),
        token=str(told.get("token_endpoint") or ""),
        keys=str(told.get("jwks_uri") or ""),
        userinfo=str(told.get("userinfo_endpoint") or ""),
        end_session=str(told.get("end_session_endpoint") or ""),
        sends_secret_by=by if settings.CONSOLE_OIDC["client_secret"] else "none",
        names_itself=told.get("authorization_response_iss_parameter_supported") is True,
    )
    needed, others = (found.authorization, found.token, found.keys), (found.userinfo, found.end_session)
    # Behind https nothing is asked over a line that others can read.
    scheme = f"{urlsplit(issuer).scheme}://"
    if not all(one.startswith(scheme) for one in (*needed, *filter(None, others))):
        raise no_answer("sso-metadata")
    return found


def _read_keys(told: dict[str, Any]) -> KeySet:
    """Those that can check a signature; one that is not understood does not hide the others."""
    found = []
    for one in told.get("keys") or []:
        if not isinstance(one, dict) or one.get("kty") not in PUBLIC or one.get("use", "sig") != "sig":
            continue
        try:
            found.append(JWKRegistry.import_key(one))
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    if not found:
        raise no_answer("sso-keys")
    return KeySet(found)


def _place(what: str) -> tuple[str, str]:
    return (what, settings.CONSOLE_OIDC["issuer"])


def _remember(what: str, read: Callable[[], Any]) -> Any:
    until, value = _remembered.get(_place(what), (0.0, None))
    if until <= time.monotonic():
        value = read()
        _remembered[_place(what)] = (time.monotonic() + REMEMBERED_SECONDS, value)
    return value
