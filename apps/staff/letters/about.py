"""What a mail about an act on somebody's account says of it."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from apps.staff.address import client_address
from apps.staff.browsers import short_browser
from apps.staff.models import User


def act_of(request: HttpRequest, person: User) -> dict[str, Any]:
    """Whose account, when, and where from."""
    return {
        "person": person.pk,
        "at": timezone.now().isoformat(),
        "browser": short_browser(request.headers.get("User-Agent", "")),
        "address": client_address(request) or "",
    }
