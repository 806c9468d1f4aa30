"""Which role a person has where, and how long."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.staff.confirming.guard import both_named
from apps.staff.custom_roles.rows import PREFIX, CustomRole
from apps.staff.models.people import User
from apps.staff.models.stores import Store
from apps.staff.roles import ROLES, Role


class MembershipQuerySet(models.QuerySet["Membership"]):
    def counting(self) -> "MembershipQuerySet":
        """Those whose last day has not passed, in a store that is not closed, of a role that is not retired."""
        lasting = models.Q(ends_on=None) | models.Q(ends_on__gte=timezone.localdate())
        return self.filter(lasting, store__closed_at=None, custom__retired_at=None)

    def with_places(self) -> "MembershipQuerySet":
        """With their stores and the roles the house made, in one query: enough to know what each allows."""
        return self.select_related("store", "custom")


class Membership(models.Model):
    """One role of one person in one store; no store means all stores.

    role      its code; custom is the row of a role the house made, which stays as long as somebody held it
    ends_on   the last day on which it counts, for a role given for a time
    given_…   who gave it last and when; nobody and no time for what was given before this was kept
    asked_by_name  who asked for it, where a second person (given_by) confirmed it
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, related_name="memberships", null=True, blank=True
    )
    role = models.CharField(max_length=40)
    custom = models.ForeignKey(
        CustomRole, on_delete=models.PROTECT, related_name="memberships", null=True, blank=True
    )
    ends_on = models.DateField(null=True, blank=True)
    given_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    given_by_name = models.CharField(max_length=120, blank=True)
    asked_by_name = models.CharField(max_length=120, blank=True, default="")
    given_at = models.DateTimeField(null=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "store", "role"], name="membership_once"),
            models.UniqueConstraint(
                fields=["user", "role"], name="membership_everywhere_once", condition=models.Q(store=None)
            ),
            models.CheckConstraint(
                condition=models.Q(custom=None) ^ models.Q(role__startswith=PREFIX),
                name="membership_own_role_has_its_row",
            ),
        ]

    def __str__(self) -> str:
        where = self.store.name if self.store else _("all stores")
        return f"{self.get_role_display()}, {where}"

    def get_role_display(self) -> str:
        """The role's name."""
        return str(self.as_role.name)

    @property
    def given_by_words(self) -> str:
        """Who gave it, both people where there were two; empty for nobody with an account."""
        return both_named(self.asked_by_name, self.given_by_name)

    @property
    def as_role(self) -> Role:
        """The role; one that nobody knows any more allows nothing. Read `with_places` where there are many."""
        if self.custom:
            return self.custom.as_role
        return ROLES.get(self.role) or Role(self.role, self.role, self.role, frozenset())

    @property
    def counts(self) -> bool:
        """Whether its last day has not passed, its store is not closed and its role not retired."""
        lasts = self.ends_on is None or self.ends_on >= timezone.localdate()
        retired = self.custom is not None and self.custom.retired_at is not None
        return lasts and not retired and not (self.store and self.store.is_closed)
