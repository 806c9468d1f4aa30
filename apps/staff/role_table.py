"""Every role there is: the fixed ones and those the house made. Who asks for roles by code asks here."""

from collections.abc import Iterable

from apps.staff.custom_roles.known import known
from apps.staff.duties import collisions
from apps.staff.roles import ROLES, Role


def all_roles(*, retired: bool = False) -> dict[str, Role]:
    """By code, the fixed ones first; those that were retired only where asked for. One query in a request."""
    made = {code: one.as_role for code, one in known().items() if retired or one.retired_at is None}
    return ROLES | made


def role_named(code: str) -> Role | None:
    """The role of this code, None for a code nobody knows. A fixed one costs no query."""
    return ROLES.get(code) or all_roles(retired=True).get(code)


def codes_allowing(*codenames: str) -> list[str]:
    """Codes of the roles that allow one of these."""
    return [code for code, role in all_roles(retired=True).items() if role.permissions & set(codenames)]


def permissions_of(codes: Iterable[str]) -> frozenset[str]:
    """Everything these roles allow together; an unknown role allows nothing."""
    found = (role_named(code) for code in codes)
    return frozenset().union(*(role.permissions for role in found if role))


def in_conflict(codes: Iterable[str]) -> bool:
    """True when one person may not hold these roles together, see `duties`."""
    found = (role_named(code) for code in set(codes))
    return bool(collisions(role for role in found if role))
