"""Questions to the trail: who may see what, and pages that cost the same wherever they are."""

from typing import TYPE_CHECKING, Any, Protocol

from django.db import models

if TYPE_CHECKING:
    from apps.audit.models import Entry  # noqa: F401  named in the text below


class Viewer(Protocol):
    """What the trail needs to know of a person; the room above has more."""

    def has_perm(self, permission: str, obj: Any = None) -> bool:
        """True when any of the person's roles allows it."""

    @property
    def memberships_now(self) -> list[Any]:
        """Their memberships, each with a ``store_id``."""


class EntryQuerySet(models.QuerySet["Entry"]):
    """Entries; there is no order but the order of writing."""

    def visible_to(self, user: Viewer) -> "EntryQuerySet":
        """Everything for who may read the trail; entries of the own stores for who sees customers."""
        if user.has_perm("staff.view_trail"):
            return self
        if not user.has_perm("staff.view_customers"):
            return self.none()
        return self.filter(store_id__in={one.store_id for one in user.memberships_now if one.store_id})
