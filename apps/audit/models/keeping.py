"""What has left the database for an archive file."""

import hashlib

from django.db import models

from apps.audit.canonical import canonical


class Archive(models.Model):
    """One file with the entries of one class and month (UTC), or a part of them. Their leaves stay in the log.

    `places` are the places in the log, compactly (see apps/audit/keeping/places.py); `writers` tallies the
    numbers of the writers of these entries. The sealed entry `entry_id` (``trail.archived``) names file and
    `record`, a hash over all of this: only with it does the row vouch for anything. `removed_at` is set once
    the entries have left the database.
    """

    name = models.CharField(max_length=120, unique=True)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    month = models.DateField()
    part = models.IntegerField()
    entries = models.IntegerField()
    first_place = models.BigIntegerField()
    last_place = models.BigIntegerField()
    places = models.BinaryField()
    writers = models.JSONField(default=dict)
    entry_id = models.BigIntegerField(default=0)
    made_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "month", "part"], name="audit_archive_part"),
        ]
        indexes = [models.Index(fields=["first_place", "last_place"], name="archive_places")]

    def __str__(self) -> str:
        return self.name

    @property
    def record(self) -> str:
        """SHA-256 over everything that is claimed here, in hex."""
        told = {
            "name": self.name,
            "sha256": self.sha256,
            "size": self.size,
            "kind": self.kind,
            "month": f"{self.month:%Y-%m}",
            "part": self.part,
            "entries": self.entries,
            "first": self.first_place,
            "last": self.last_place,
            "places": hashlib.sha256(bytes(self.places)).hexdigest(),
            "writers": self.writers,
        }
        return hashlib.sha256(canonical(told)).hexdigest()
