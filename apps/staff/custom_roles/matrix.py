"""Permissions × roles, as the page draws them."""

from collections.abc import Sequence
from dataclasses import dataclass

from apps.staff.custom_roles.known import known
from apps.staff.custom_roles.rows import CustomRole
from apps.staff.duties import collisions, places_apart
from apps.staff.role_table import all_roles
from apps.staff.roles import PERMISSIONS, Role


@dataclass(frozen=True)
class Row:
    """One permission and, in the order of the roles, whether each allows it."""

    words: str
    cells: Sequence[tuple[Role, bool]]


@dataclass(frozen=True)
class Column:
    """One role; own is the row of one the house made."""

    role: Role
    own: CustomRole | None


def columns() -> list[Column]:
    """Every role that can be given."""
    return [Column(role, known().get(code)) for code, role in all_roles().items()]


def rows(shown: Sequence[Column]) -> list[Row]:
    """The table of permissions beside these roles."""
    return [
        Row(str(words), [(one.role, codename in one.role.permissions) for one in shown])
        for codename, words in PERMISSIONS.items()
    ]


def cannot_meet(role: Role) -> list[tuple[str, list[str]]]:
    """Other roles that nobody holds beside this one, each with the sentences that say why."""
    found = []
    for other in all_roles().values():
        if other.code == role.code:
            continue
        why = [one.sentence for one in collisions([role, other])]
        if other.everywhere != role.everywhere:
            why.append(places_apart())
        if why:
            found.append((str(other.name), why))
    return found
