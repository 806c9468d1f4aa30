"""Places where people work."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from apps.staff.models.people import User


class StoreQuerySet(models.QuerySet["Store"]):
    def open(self) -> "StoreQuerySet":
        """Those where people still work."""
        return self.filter(closed_at=None)

    def open_or(self, stores: Any) -> "StoreQuerySet":
        """Those, and closed ones among these ids (or the rows of a query) that something is set for."""
        return self.filter(models.Q(closed_at=None) | models.Q(pk__in=stores))

    def visible_to(self, user: "User") -> "StoreQuerySet":
        """The person's own stores; all of them for a role that is held everywhere."""
        if user.is_everywhere:
            return self
        return self.filter(pk__in=[one.store_id for one in user.memberships_now])


class Store(models.Model):
    """A place where people work: a shop or a contact centre.

    till_code names it to the outside system; the external ids are what that system knows it by besides.
    A closed one stays with all that happened there: nobody has a role in it and nothing is begun for it.
    """

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    till_code = models.CharField(max_length=80, blank=True)
    external_id = models.CharField(max_length=80, blank=True)
    external_id_1 = models.CharField(max_length=80, blank=True)
    external_id_2 = models.CharField(max_length=80, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_by = models.CharField(max_length=120, blank=True, editable=False)
    closed_reason = models.CharField(max_length=300, blank=True, editable=False)

    objects = StoreQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            # Two spellings of one code would be one store to people who search by it.
            models.UniqueConstraint(Lower("code"), name="store_code_once"),
            *(
                models.UniqueConstraint(
                    fields=[name], name=f"store_{name}_once", condition=~models.Q(**{name: ""})
                )
                for name in ("till_code", "external_id", "external_id_1", "external_id_2")
            ),
            models.CheckConstraint(condition=~models.Q(code="") & ~models.Q(name=""), name="store_is_named"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_closed(self) -> bool:
        """Whether nobody works there any more."""
        return self.closed_at is not None

    @property
    def named(self) -> str:
        """Its name, and that it is closed where it is: for what was set before it closed."""
        return str(_("%(store)s (closed)") % {"store": self.name}) if self.is_closed else self.name

    @property
    def all_external_ids(self) -> list[str]:
        """The external ids that are given, in their order."""
        return [one for one in (self.external_id, self.external_id_1, self.external_id_2) if one]
