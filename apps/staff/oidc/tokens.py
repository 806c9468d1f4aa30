"""The code's exchange for an ID token, and every check of it.

Source: OpenID Connect Core 1.0, sections 3.1.2, 3.1.3.7 and 5.3; RFC 7636 (PKCE); RFC 9207; read 2026-11-27
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from django.conf import settings
from django.views.decorators.debug import sensitive_variables
from joserfc import jwt
from joserfc.errors import BadSignatureError, ClaimError, ExpiredTokenError, InvalidKeyIdError, JoseError

from apps.staff.oidc import provider
from apps.staff.oidc.flows import Flow
from apps.staff.oidc.problems import no_answer, not_trusted, too_long_ago

# Clocks of two machines differ by less.
LEEWAY_SECONDS = 60
# Said by the signed token alone: at some providers people write what userinfo tells of them.
OF_THE_SIGN_IN = frozenset({"amr", "acr", "auth_time", "sid"})
# Claims whose failing has a code of its own; any other is a token that cannot be trusted.
CODES = {"iss": "sso-issuer", "aud": "sso-audience", "azp": "sso-audience", "nonce": "sso-nonce"}


@dataclass(frozen=True)
class SignIn:
    """What the provider vouches for: claims of the ID token, filled up from userinfo, and the token itself."""

    claims: dict[str, Any]
    id_token: str


def way_out(flow: Flow) -> str:
    """The provider's address to send the browser to.

    Raises: ProviderIll
    """
    more: dict[str, Any] = {}
    if most := _most_seconds():
        more["max_age"] = most
    if wanted := settings.CONSOLE_OIDC["second_factor_acr"]:
        more["acr_values"] = " ".join(wanted)
    address, _state = _client(flow).create_authorization_url(
        provider.metadata().authorization,
        state=flow.state,
        nonce=flow.nonce,
        code_verifier=flow.verifier,
        **more,
    )
    return str(address)


@sensitive_variables("given", "id_token", "access_token")
def exchange(flow: Flow, code: str) -> SignIn:
    """Hand the code in and check what it brings.

    Raises: NotLetIn when the provider refuses the code or a check fails; ProviderIll
    """
    try:
        given = _client(flow).fetch_token(
            provider.metadata().token,
            grant_type="authorization_code",
            code=code,
            code_verifier=flow.verifier,
            redirect_uri=flow.back,
            timeout=settings.CONSOLE_OIDC["timeout_seconds"],
            allow_redirects=False,
        )
    except AuthlibBaseError as error:
        raise not_trusted("sso-code") from error
    except (requests.RequestException, ValueError) as error:
        raise no_answer("sso-unreachable") from error
    id_token, access_token = str(given.get("id_token") or ""), str(given.get("access_token") or "")
    claims = _checked(id_token, access_token, flow.nonce)
    return SignIn(_filled(claims, access_token), id_token)


def _client(flow: Flow) -> Any:
    found = settings.CONSOLE_OIDC
    return OAuth2Session(
        client_id=found["client_id"],
        client_secret=found["client_secret"] or None,
        token_endpoint_auth_method=provider.metadata().sends_secret_by,
        scope=found["scopes"],
        redirect_uri=flow.back,
        code_challenge_method="S256",
    )


@sensitive_variables("id_token", "access_token")
def _checked(id_token: str, access_token: str, nonce: str) -> dict[str, Any]:
    """Signature first, then who it is from, for whom, until when, and for which of our questions."""
    try:
        token = opened(id_token)
        claims = CodeIDToken(
            token.claims,
            token.header,
            options={
                "iss": {"essential": True, "value": settings.CONSOLE_OIDC["issuer"]},
                "aud": {"essential": True, "value": settings.CONSOLE_OIDC["client_id"]},
                "sub": {"essential": True},
            },
            params={
                "nonce": nonce,
                "client_id": settings.CONSOLE_OIDC["client_id"],
                "access_token": access_token,
            },
        )
        claims.validate(leeway=LEEWAY_SECONDS)
    except ExpiredTokenError as error:
        raise not_trusted("sso-expired") from error
    except ClaimError as error:
        raise not_trusted(CODES.get(str(error.claim), "sso-token")) from error
    except (JoseError, ValueError, TypeError) as error:
        raise not_trusted("sso-token") from error
    _check_age(claims)
    return dict(claims)


def _most_seconds() -> int:
    """How long ago somebody may have shown at the provider who they are; 0 for any time."""
    return int(settings.CONSOLE_OIDC["max_age_minutes"]) * 60


def _check_age(claims: Mapping[str, Any]) -> None:
    """Or whoever finds a locked page signs out and comes in again by a session that is open at the provider.

    The way out asks for it, but a browser can be made to ask otherwise, and providers may overlook it. One that never
    says when it was is believed: the settings tell operators so.
    """
    most, at = _most_seconds(), claims.get("auth_time")
    if most and at is not None and time.time() - at > most + LEEWAY_SECONDS:
        raise too_long_ago()


@sensitive_variables("token")
def opened(token: str, *, may_ask: Callable[[], bool] = lambda: True) -> jwt.Token:
    """Its signature checked; asks for the keys anew once, for a provider that has changed them.

    may_ask  whether they may be asked for at this moment
    """
    allowed = settings.CONSOLE_OIDC["algorithms"]
    try:
        return jwt.decode(token, provider.public_keys(), algorithms=allowed)
    except (BadSignatureError, InvalidKeyIdError):
        if not may_ask():
            raise
        return jwt.decode(token, provider.public_keys(fresh=True), algorithms=allowed)


@sensitive_variables("access_token")
def _filled(claims: dict[str, Any], access_token: str) -> dict[str, Any]:
    """Address and groups that are not in the ID token are asked for; what the token says is never replaced."""
    wanted = {"email", "email_verified"}
    if settings.CONSOLE_OIDC["create_people"]:
        wanted.add("name")
    if settings.CONSOLE_OIDC["groups"]:
        wanted.add(settings.CONSOLE_OIDC["groups_claim"].partition(".")[0])
    address = provider.metadata().userinfo
    if not access_token or not address or wanted <= claims.keys():
        return claims
    told = provider.json_at(address, Authorization=f"Bearer {access_token}")
    if told.get("sub") != claims["sub"]:
        raise not_trusted("sso-userinfo")
    if claims.get("email", told.get("email")) != told.get("email"):
        # Whether an address is verified is said of the address beside it.
        told = {name: value for name, value in told.items() if name != "email_verified"}
    return {name: value for name, value in told.items() if name not in OF_THE_SIGN_IN} | claims
