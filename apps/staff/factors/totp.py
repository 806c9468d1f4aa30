"""Codes of authenticator apps: RFC 6238 with SHA-1, six figures, a new one every 30 seconds, as all apps know them."""

import hmac

import pyotp
import segno
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

STEP_SECONDS = 30
DIGITS = 6
# A telephone's clock may be off by this many steps, or a person type slowly.
AROUND = 1


def new_secret() -> str:
    """160 random bits in base32."""
    return pyotp.random_base32()


def step_of(secret: str, typed: str, now: float, *, after: int = -1) -> int | None:
    """The time step whose code this is, one step to either side of now and later than ``after``; else None.

    now    seconds since 1970
    """
    code = "".join(typed.split())
    if not secret or len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        return None
    app = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    here = int(now) // STEP_SECONDS
    steps = range(max(here - AROUND, after + 1), here + AROUND + 1)
    return next((one for one in steps if hmac.compare_digest(app.generate_otp(one), code)), None)


def address_of(secret: str, email: str) -> str:
    """The ``otpauth:`` address that an app reads out of the picture."""
    app = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    return app.provisioning_uri(name=email, issuer_name=f"Loyalty Console, {settings.CONSOLE_ORGANISATION}")


def picture_of(address: str) -> SafeString:
    """The address as a QR code: SVG for the page itself, black on white also in the dark, without any style."""
    picture = segno.make(address, error="m", micro=False)
    # The library's own markup; what is encoded stands in it as the shape of a path only.
    return mark_safe(picture.svg_inline(scale=5, border=4, dark="#000", light="#fff"))  # noqa: S308 no text of others


def in_groups(secret: str) -> str:
    """The secret as a person types it: groups of four."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
