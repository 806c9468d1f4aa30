"""The secret of an endpoint, and the signature that each request carries.

Source: Standard Webhooks 1.0.0, "Signature scheme" and "Webhook headers"; read 2026-11-27
"""

import base64
import hmac
import secrets

from apps.core.sealing import Sealer

PREFIX = "whsec_"
# A purpose of its own: nothing sealed elsewhere opens as a secret of an endpoint.
sealer = Sealer("apps.operations.webhooks.secret")


def new_secret() -> str:
    """256 random bits, as receivers' libraries take them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def headers(secret: str, *, message_id: str, timestamp: int, body: str) -> dict[str, str]:
    """What goes with this body, sent at this second. ValueError for a secret that could not be opened."""
    if not secret.startswith(PREFIX):
        raise ValueError("There is no secret to sign with.")
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.digest(key, f"{message_id}.{timestamp}.{body}".encode(), "sha256")
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }
