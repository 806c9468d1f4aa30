"""The trail: entries that are only ever added, and the keyed hashes by which they are found."""

from functools import cached_property
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.audit.canonical import readable
from apps.audit.queries import EntryQuerySet

# What an entry says whose bytes can no longer be read.
UNREADABLE: dict[str, Any] = {"details": {}, "call": {}, "identifiers": [], "writer": ["", 0]}


class Entry(models.Model):
    """One thing that happened: an act of a person, a refusal, or one half of an outside call.

    `payload` holds the exact canonical JSON bytes and is the truth; the columns repeat parts of it for
    searching. `leaf_hash` is SHA-256(0x00 ‖ payload), `mac` an HMAC of the payload under a key outside the
    database. Names and codes are copies: an entry outlives the account, the store and the customer it names.
    Database triggers refuse UPDATE, DELETE and TRUNCATE. `at` is UTC; `latency_ms` milliseconds.
    `customer` is the outside system's internal customer id, the one identifier that is kept in clear.
    """

    class Outcome(models.TextChoices):
        DONE = "done", _("Done")
        NOT_DONE = "not_done", _("Not done")
        UNKNOWN = "unknown", _("Not known yet")
        REFUSED = "refused", _("Refused")
        SENT = "sent", _("Sent")

    class Channel(models.TextChoices):
        SCREEN = "screen", _("Screen")
        API = "api", _("API")
        OPERATION = "operation", _("Operation")
        COMMAND = "command", _("Command")
        SYSTEM = "system", _("System")

    at = models.DateTimeField(editable=False)
    action = models.CharField(max_length=80)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=120)
    actor_role = models.CharField(max_length=60)
    store_id = models.BigIntegerField(null=True)
    store_code = models.CharField(max_length=40, blank=True)
    session = models.CharField(max_length=64, blank=True)
    ip = models.CharField(max_length=45, blank=True)
    browser = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=12, choices=Channel.choices)
    customer = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    reference = models.CharField(max_length=20, blank=True)
    call_id = models.CharField(max_length=26, blank=True)
    method = models.CharField(max_length=8, blank=True)
    path = models.CharField(max_length=200, blank=True)
    status = models.SmallIntegerField(null=True)
    code = models.CharField(max_length=20, blank=True)
    request_id = models.CharField(max_length=100, blank=True)
    latency_ms = models.IntegerField(null=True)
    payload = models.BinaryField()
    leaf_hash = models.BinaryField(max_length=32)
    mac = models.BinaryField(max_length=32)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        # One (column, id) index per filter: a page is read backwards from the index, whatever its number.
        indexes = [
            models.Index(fields=["at", "id"], name="entry_at"),
            models.Index(fields=["action", "id"], name="entry_action"),
            models.Index(fields=["actor_id", "id"], name="entry_actor"),
            models.Index(fields=["store_code", "id"], name="entry_store"),
            models.Index(fields=["channel", "id"], name="entry_channel"),
            models.Index(fields=["customer", "id"], name="entry_customer"),
            models.Index(fields=["outcome", "id"], name="entry_outcome"),
            models.Index(fields=["reference", "id"], name="entry_reference"),
            models.Index(fields=["code", "id"], name="entry_code"),
            models.Index(fields=["subject", "id"], name="entry_subject", condition=models.Q(subject__gt="")),
            # Only acts have no call: their rows would be half of the index and are never asked for.
            models.Index(fields=["call_id", "id"], name="entry_call", condition=models.Q(call_id__gt="")),
        ]

    def __str__(self) -> str:
        return f"{self.action} #{self.pk}"

    @property
    def is_call(self) -> bool:
        """True for either half of an outside call."""
        return bool(self.call_id)

    @cached_property
    def content(self) -> dict[str, Any]:
        """The payload as it was written: the columns again, with ``details``, ``call`` and ``identifiers``."""
        # Somebody may have altered the bytes: the page that tells so must open all the same.
        return UNREADABLE | readable(self.payload)


class EntryIdentifier(models.Model):
    """One identifier an entry is about: found by a keyed hash, readable only with its person's key.

    The sealed bytes hold `commitment`, SHA-256(salt ‖ digest): with this row anybody can check that it belongs
    to them; without it nothing can be learned from them. So these rows can go when a person has to be
    forgotten, and every proof stays valid. `value` is the full identifier under the key of `holder` (nonce and
    AES-GCM), empty where only the hash was at hand.
    """

    # No constraint in the database: both rows are written in one transaction, and entries are never deleted
    # but with their whole month.
    entry = models.ForeignKey(
        Entry, on_delete=models.DO_NOTHING, related_name="identifiers", db_constraint=False, db_index=False
    )
    digest = models.BinaryField(max_length=32)
    salt = models.BinaryField(max_length=16, default=b"")
    kind = models.CharField(max_length=40, blank=True)
    holder = models.CharField(max_length=80, blank=True)
    value = models.BinaryField(default=b"")

    class Meta:
        indexes = [
            models.Index(fields=["digest", "-entry"], name="entry_identifier"),
            models.Index(fields=["entry"], name="entry_identifier_entry"),
            models.Index(
                fields=["holder"], name="entry_identifier_holder", condition=models.Q(holder__gt="")
            ),
        ]

    def __str__(self) -> str:
        return f"{bytes(self.digest).hex()[:8]} of {self.entry_id}"


class PersonKey(models.Model):
    """The key under which one person's identifiers are kept, itself encrypted under a key outside the database.

    `holder` is ``customer:387746388``, or ``digest:…`` for an identifier whose customer nobody knew yet.
    Deleting the row destroys every value that was kept under it.
    """

    holder = models.CharField(max_length=80, unique=True)
    wrapped = models.BinaryField(max_length=60)
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.holder


class SweepMark(models.Model):
    """How far calls are closed: every ``call.sent`` up to this entry has its second half.

    One row. It lives beside the entries it speaks of, so that it goes back in time with them when a copy of
    the database is put in place.
    """

    entry_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"closed up to #{self.entry_id}"
