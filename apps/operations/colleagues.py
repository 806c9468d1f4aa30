"""Whether a customer is a colleague: contact data compared as keyed hashes."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from apps.staff.models import User


@dataclass(frozen=True, slots=True)
class Mobiles:
    """Of how many active people the console knows the mobile: the others' cannot be compared."""

    known: int
    people: int

    @property
    def is_all(self) -> bool:
        """Whether everybody's was compared."""
        return self.known == self.people


def mobiles_of_staff() -> Mobiles:
    """One query."""
    counted = (
        User.objects.people()
        .filter(is_active=True)
        .aggregate(known=Count("pk", filter=~Q(mobile_digest="")), people=Count("pk"))
    )
    return Mobiles(**counted)


def is_colleague(contacts: Iterable[tuple[str, str]], digests: Iterable[str]) -> bool:
    """Whether an active person of the console has one of these mobiles or e-mails. At most two queries.

    contacts  (kind, full value) pairs;  digests  their keyed hashes (mobiles are only kept as such)
    """
    emails = [value.strip().lower() for kind, value in contacts if kind == "email"]
    active = User.objects.filter(is_active=True)
    if emails and active.filter(email__in=emails).exists():
        return True
    hashes = list(digests)
    return bool(hashes) and active.filter(mobile_digest__in=hashes).exists()
