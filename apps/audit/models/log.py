"""The log over the entries: a Merkle tree as of RFC 9162, kept as leaves, tiles and signed checkpoints."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Leaf(models.Model):
    """The place of one entry in the log. Places have no gaps and never change; triggers refuse it.

    `hash` is the entry's leaf hash once more, so that the log can be proved when an entry has gone to the
    archive with its month.
    """

    index = models.BigIntegerField(primary_key=True)
    # No constraint: the entry may be archived, the leaf stays.
    entry = models.OneToOneField(
        "audit.Entry", on_delete=models.DO_NOTHING, related_name="leaf", db_constraint=False
    )
    hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"leaf {self.index}"


class Node(models.Model):
    """The root of a full subtree: `level` 1 stands over 256 leaves, 2 over 65,536, and so on.

    Source of the shape: C2SP tlog-tiles. With them a proof reads a few hundred hashes, not the whole log.
    """

    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="audit_node_place")]

    def __str__(self) -> str:
        return f"node {self.level}/{self.index}"


class SigningKey(models.Model):
    """A public key that signs checkpoints. `handover` is the note by which the key before it named this one."""

    vkey = models.CharField(max_length=200, unique=True)
    since_size = models.BigIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)
    handover = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.vkey.rpartition("+")[0]


class Checkpoint(models.Model):
    """The log at one size: root, time and signature as a signed note (C2SP tlog-checkpoint).

    `frontier` holds the roots of the full subtrees from the largest to the smallest, 32 bytes each, from which
    the log goes on. `previous_hash` inside the note is SHA-256 of the note before.
    """

    at = models.DateTimeField()
    size = models.BigIntegerField(unique=True)
    root = models.BinaryField(max_length=32)
    frontier = models.BinaryField(max_length=2048)
    note = models.TextField()

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")

    def __str__(self) -> str:
        return f"checkpoint at {self.size}"

    @property
    def root_hex(self) -> str:
        """The root as people compare it."""
        return bytes(self.root).hex()


class SealMark(models.Model):
    """Where the sealer looks from: every entry up to `floor` is sealed or suspect. One row.

    On PostgreSQL an id may be committed after a higher one: `next_floor` becomes the floor once every
    transaction that ran when it was seen (`next_xmax`) is over. `published` is the size of the last checkpoint
    that was told outside.
    """

    floor = models.BigIntegerField(default=0)
    next_floor = models.BigIntegerField(default=0)
    next_xmax = models.BigIntegerField(default=0)
    whole_look_at = models.DateTimeField(null=True)
    published = models.BigIntegerField(default=0)
    # What the key of the seals makes of a fixed text: whoever has another key must neither write nor seal.
    key_check = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"sealed up to #{self.floor}"


class Suspect(models.Model):
    """An entry that was not sealed, because its bytes no longer fitted its own hash or seal."""

    entry_id = models.BigIntegerField(unique=True)
    found_at = models.DateTimeField(auto_now_add=True)
    why = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"#{self.entry_id}: {self.why}"


class Verification(models.Model):
    """One check of the log, asked for by a person or the clock, done in slices by a worker.

    `first` and `last` are places in the log, last not included; None for everything. `findings` lists what was
    wrong: {"entry": id or None, "index": place or None, "what": words}.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        SOUND = "sound", _("Nothing was changed")
        BROKEN = "broken", _("Something was changed")

    asked_at = models.DateTimeField(auto_now_add=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    first = models.BigIntegerField(null=True)
    last = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    size = models.BigIntegerField(default=0)
    checked = models.BigIntegerField(default=0)
    progress = models.JSONField(default=dict)
    findings = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True)
    # `manage.py audit verify` works on its own; no worker takes it up.
    at_terminal = models.BooleanField(default=False)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"verification {self.pk}: {self.state}"
