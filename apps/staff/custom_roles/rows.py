"""A role the house made: a name and permissions of the table, held in stores or in all of them."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from apps.staff.confirming.guard import both_named
from apps.staff.roles import PERMISSIONS, Role

# No fixed role begins so, now or ever: codes cannot clash.
PREFIX = "own-"
LONGEST_TITLE = 40


class CustomRoleQuerySet(models.QuerySet["CustomRole"]):
    def offered(self) -> "CustomRoleQuerySet":
        """Those that can be given."""
        return self.filter(retired_at=None)


class CustomRole(models.Model):
    """title is what people and the trail call it; code is kept for ever and begins with ``own-``.

    permissions  codenames of `roles.PERMISSIONS`; one that has left the table allows nothing
    everywhere   held for all stores at once; fixed when the role is made
    asked_by_name  who asked for it, where a second person (made_by) confirmed it
    retired_at   nobody gets it any more, and nobody holds it
    """

    code = models.CharField(max_length=40, unique=True, editable=False)
    title = models.CharField(max_length=LONGEST_TITLE)
    permissions = models.JSONField(default=list)
    everywhere = models.BooleanField(default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_by_name = models.CharField(max_length=120, blank=True)
    asked_by_name = models.CharField(max_length=120, blank=True, default="")
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    retired_at = models.DateTimeField(null=True)

    objects = CustomRoleQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.UniqueConstraint(Lower("title"), name="custom_role_title_once"),
            models.CheckConstraint(condition=models.Q(code__startswith=PREFIX), name="custom_role_code_own"),
            models.CheckConstraint(condition=~models.Q(title=""), name="custom_role_is_named"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def made_by_words(self) -> str:
        """Who made it, both people where there were two."""
        return both_named(self.asked_by_name, self.made_by_name)

    @property
    def as_role(self) -> Role:
        """The same as a row of the role table."""
        allowed = frozenset(self.permissions) & PERMISSIONS.keys()
        return Role(self.code, self.title, self.title, allowed, self.everywhere)
