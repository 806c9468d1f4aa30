"""Files people upload and results that are kept: in the database, so that any worker on any machine reads them."""

from collections.abc import Iterator

from django.db import models
from django.utils import timezone

from apps.core.sealing import Sealer

PART_BYTES = 262_144
_sealer = Sealer("console operations files")


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
            yield self.filepart_set.get(number=number).data

    def add_part(self, number: int, data: bytes) -> None:
        """The next piece, at most PART_BYTES long; numbers begin at 0."""
        FilePart.objects.create(file=self, number=number, sealed=_sealer.seal_bytes(data))


class FilePart(models.Model):
    """One piece of a file, encrypted: what people upload are customers' numbers and addresses."""

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE)
    number = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="file_part_once")]

    @property
    def data(self) -> bytes:
        """The bytes again; none when the secret key has changed since, so that no digest fits."""
        return _sealer.unseal_bytes(bytes(self.sealed))
