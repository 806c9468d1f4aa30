"""What the account page shows of somebody's second factors."""

from typing import Any

from django.http import HttpRequest

from apps.staff.factor_models import Authenticator
from apps.staff.factors import ceremony, recovery
from apps.staff.factors.needing import is_needed
from apps.staff.models import User


def own_factors(request: HttpRequest, person: User) -> dict[str, Any]:
    """What the account page shows of them."""
    has_one = person.second_factor_since is not None
    return {
        "since": person.second_factor_since,
        "authenticator": Authenticator.objects.filter(person=person).first() if has_one else None,
        "passkeys": list(person.passkeys.all()) if has_one else [],
        "codes_left": recovery.left(person) if has_one else 0,
        "needed": is_needed(person),
        "possible": ceremony.possible(request),
    }
