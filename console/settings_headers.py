"""The headers and cookies of every answer: what browsers may do with it, and what they may not."""

from typing import Any

from csp.constants import NONE, SELF

YEAR = 31_536_000
# Nothing but our own files; no frames, no plug-ins, no inline script or style, no forms that lead elsewhere.
POLICY: dict[str, list[str]] = {
    "default-src": [SELF],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
    "object-src": [NONE],
}
# What browsers offer to pages and no page of ours asks for; what one begins to ask for moves to GRANTED.
DENIED = (
    *(
        "accelerometer",
        "autoplay",
        "browsing-topics",
        "camera",
        "clipboard-read",
        "display-capture",
    ),
    *(
        "encrypted-media",
        "fullscreen",
        "gamepad",
        "geolocation",
        "gyroscope",
        "hid",
        "identity-credentials-get",
    ),
    *("idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "otp-credentials", "payment"),
    *("picture-in-picture", "screen-wake-lock"),
    *("serial", "storage-access", "usb", "window-management", "xr-spatial-tracking"),
)
# References are copied with a button; passkeys are made and used.
GRANTED = ("clipboard-write", "publickey-credentials-create", "publickey-credentials-get")
# On every answer whatever made it: a page, a file, an error of the framework, a static file.
ALWAYS: dict[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        [*(f"{name}=()" for name in DENIED), *(f"{name}=(self)" for name in GRANTED)]
    ),
}


def policy_in_words() -> str:
    """The Content-Security-Policy as it is sent, for answers that no middleware sees."""
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in POLICY.items())


def headers(*, https: bool, subdomains: bool, proxies: int) -> dict[str, Any]:
    """Django's settings for headers and cookies; without HTTPS, on one's own machine, all but what needs it."""
    found: dict[str, Any] = {
        "CONTENT_SECURITY_POLICY": {"DIRECTIVES": POLICY},
        "SECURE_REFERRER_POLICY": ALWAYS["Referrer-Policy"],
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": ALWAYS["Cross-Origin-Opener-Policy"],
        "X_FRAME_OPTIONS": ALWAYS["X-Frame-Options"],
        # The __Host- prefix makes browsers insist: Secure, this host alone, the whole of it.
        "SESSION_COOKIE_NAME": "__Host-session" if https else "session",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_NAME": "__Host-csrf" if https else "csrf",
        "CSRF_COOKIE_SECURE": https,
        "CSRF_COOKIE_HTTPONLY": True,
        # Strict would hide the token from the address a telephone system opens, which then gets another one: the
        # forms of all other tabs would die. A token that comes along without its form is worth nothing.
        "CSRF_COOKIE_SAMESITE": "Lax",
        "SECURE_SSL_REDIRECT": https,
        # Programs are refused over plain HTTP instead, see apps/staff/api/middleware.py.
        "SECURE_REDIRECT_EXEMPT": [r"^healthz$", r"^api/v1/"],
        "SECURE_HSTS_SECONDS": YEAR if https else 0,
        # Neighbours on the same domain may still speak plain HTTP: only a setting binds them too.
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": https and subdomains,
        "SECURE_HSTS_PRELOAD": https and subdomains,
    }
    if proxies:
        found["SECURE_PROXY_SSL_HEADER"] = ("HTTP_X_FORWARDED_PROTO", "https")
    return found
