"""Files people upload and results that are kept: in the database, so that any worker on any machine reads them."""

from collections.abc import Iterator

from django.db import models
from django.utils import timezone

PART_BYTES = 262_144


class StoredFile(models.Model):
    """What a file is called and how it is read; its bytes are in its parts.

    sha256     of all bytes, in hex;  size  in bytes
    encoding   and separator: what was found when it was looked at, empty for a workbook
    made_by    the operation whose rows wrote it, which is deleted with them; None for an upload
    """

    name = models.CharField(max_length=200)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    encoding = models.CharField(max_length=20, blank=True)
    separator = models.CharField(max_length=4, blank=True)
    made_by = models.ForeignKey(
        "operations.Operation", on_delete=models.CASCADE, null=True, related_name="made"
    )
    at = models.DateTimeField(default=timezone.now)

    def parts(self) -> Iterator[bytes]:
        """The bytes in order, one part in memory at a time."""
        numbers = self.filepart_set.order_by("number").values_list("number", flat=True)
        for number in list(numbers):
            yield bytes(self.filepart_set.values_list("data", flat=True).get(number=number))


class FilePart(models.Model):
    """One piece of a file, at most PART_BYTES long; numbers begin at 0."""

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE)
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="file_part_once")]
