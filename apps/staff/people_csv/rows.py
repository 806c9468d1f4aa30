"""A file of people between its dry run and its act; its text goes afterwards."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from apps.core.sealing import Sealer

# Long enough for a second person to confirm it, whatever a house allows for that.
KEPT_DAYS = 100
_sealer = Sealer("console files of people")


class PeopleFile(models.Model):
    """text is sealed, and empty once it was applied or has grown old.

    change_existing  whether rows about people who are here already may give them roles and other last days
    sha256           of the file as it was uploaded
    """

    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    text = models.TextField(blank=True)
    change_existing = models.BooleanField(default=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def plain(self) -> str:
        """The decoded text; empty once it has gone, or when the secret key was changed."""
        return _sealer.unseal(self.text)

    def keep(self, plain: str) -> None:
        """Seal the text; the caller saves."""
        self.text = _sealer.seal(plain)


def forget_files() -> int:
    """Let the text of files go that nobody applied. How many."""
    old = PeopleFile.objects.filter(made_at__lt=timezone.now() - timedelta(days=KEPT_DAYS))
    return old.exclude(text="").update(text="")
