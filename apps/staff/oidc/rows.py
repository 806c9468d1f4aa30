"""Who somebody is at the provider, and which of their roles its groups gave."""

from django.conf import settings
from django.db import models
from django.utils import timezone

# The longest subject the standard allows.
LONGEST_SUBJECT = 255


class LinkedAccount(models.Model):
    """One person's account at a provider. The provider's subject never changes and is never given to somebody else."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="linked_accounts"
    )
    issuer = models.CharField(max_length=500)
    subject = models.CharField(max_length=LONGEST_SUBJECT)
    linked_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="linked_account_once"),
            models.UniqueConstraint(fields=["person", "issuer"], name="linked_account_one_a_person"),
        ]

    def __str__(self) -> str:
        return f"Account of {self.person}"


class GroupRole(models.Model):
    """Marks a role that a group of the provider gave: it ends when the group no longer gives it."""

    membership = models.OneToOneField(
        "staff.Membership", on_delete=models.CASCADE, related_name="given_by_group"
    )
    group = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"From the group {self.group}"
