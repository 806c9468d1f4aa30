"""What the settings say about ways to sign in."""

from django.conf import settings


def is_on() -> bool:
    """Whether a provider is named."""
    return bool(settings.CONSOLE_OIDC["issuer"])


def passwords_work() -> bool:
    """Whether the console's own passwords are a way in."""
    return not (is_on() and settings.CONSOLE_OIDC["only"])


def provider_name() -> str:
    """What people call the provider."""
    return str(settings.CONSOLE_OIDC["name"])
