"""What somebody may do, where, and why: each permission with the roles it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.staff.models import Membership, User
from apps.staff.roles import PERMISSIONS


@dataclass(frozen=True)
class Permission:
    """One permission and every membership that grants it; none for what the person may not do."""

    codename: str
    words: str
    grants: Sequence[Membership]


def permissions_of_person(person: User) -> list[Permission]:
    """Every permission there is, in the order of the table. Reads what the person holds once; an inactive one may
    nothing, whatever they hold."""
    held = person.memberships_now if person.is_active else []
    return [
        Permission(codename, str(words), [one for one in held if codename in one.as_role.permissions])
        for codename, words in PERMISSIONS.items()
    ]
