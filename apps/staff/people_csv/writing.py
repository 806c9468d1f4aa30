"""Everybody as a table: a row for each role somebody holds; who holds none has a row without."""

from collections.abc import Iterator

from django.db.models import Prefetch

from apps.staff.models import Membership, User

HEADER = ("email", "name", "role", "store", "last_day", "state", "last_sign_in")


def table_of(reader: User) -> Iterator[list[object]]:
    """The header, then everybody this person may see, by name. Two queries. Roles by title, stores by code."""
    yield list(HEADER)
    held = Prefetch("memberships", Membership.objects.counting().with_places(), to_attr="counting")
    for one in User.objects.people().visible_to(reader).prefetch_related(held):
        state = "deactivated" if not one.is_active else "active" if one.has_usable_password() else "invited"
        signed_in = one.last_login.strftime("%Y-%m-%dT%H:%M:%SZ") if one.last_login else ""
        for membership in one.counting or [None]:  # type: ignore[attr-defined]  # prefetched above
            yield [one.email, one.name, *_cells(membership), state, signed_in]


def _cells(held: Membership | None) -> list[object]:
    if held is None:
        return ["", "", ""]
    return [held.as_role.title, held.store.code if held.store else "all", held.ends_on or ""]
