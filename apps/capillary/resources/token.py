"""The token of an OAuth connection."""

from apps.capillary.calls import Call
from apps.capillary.parsers.customer import parse_token
from apps.capillary.types_auth import Token


def generate(*, key: str, secret: str) -> Call[Token]:
    """Make a new token; there is no refresh call, an old one simply ends.

    Raises: Unauthorized when key and secret are refused.
    Repeating is safe. Source: API reference v2, "OAuth", POST /v3/oauth/token/generate, read 2026-11-23.
    """
    return Call(
        name="v3.token.generate",
        method="POST",
        path="/v3/oauth/token/generate",
        body={"key": key, "secret": secret},
        parse=parse_token,
        dialect="v3",
        entity="auth",
    )
