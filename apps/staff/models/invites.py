"""Links by which people set their first password."""

from django.db import models
from django.utils import timezone

from apps.staff.models.people import User


class Invite(models.Model):
    """A link by which one person may set their first password, once. Only the hash of its secret is kept.

    ended_at is when it was withdrawn, or when another took its place.
    """

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invites")
    secret_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                name="invite_open_once",
                condition=models.Q(used_at=None, ended_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"Invite of {self.person}"

    @property
    def works(self) -> bool:
        """True while it was neither used nor ended and has not run out."""
        return self.used_at is None and self.ended_at is None and self.expires_at > timezone.now()
