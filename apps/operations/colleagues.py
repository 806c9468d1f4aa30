"""Whether a customer is a colleague: contact data compared as keyed hashes."""

from collections.abc import Iterable

from apps.staff.models import User


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
