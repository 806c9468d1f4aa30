"""What the room remembers: recent customers of a person, results of look-ups, verified callers, acts on notes."""

from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from ulid import ULID

from apps.customers.sealing import unseal
from apps.operations.unknowns import open_and_settled

KEPT_FOR = timedelta(hours=24)


class RecentCustomerQuerySet(models.QuerySet["RecentCustomer"]):
    def of(self, user_id: int, session: str) -> "RecentCustomerQuerySet":
        """The person's own, not older than a day, the last opened first, with the caller's verification.

        closed  whether the customer is protected and not open for a reason in this sign-in
        """
        now = timezone.now()
        valid = CallerVerification.objects.filter(
            user_id=user_id, customer_id=models.OuterRef("customer_id"), expires_at__gt=now
        )
        whom = models.OuterRef("customer_id")
        protected = ProtectedCustomer.objects.current().filter(customer_id=whom)
        opened = OpenedForReason.objects.holding(user_id, session).filter(customer_id=whom)
        return (
            self.filter(user_id=user_id, opened_at__gt=now - KEPT_FOR)
            .annotate(
                verified_as=models.Subquery(valid.values("level")[:1]),
                closed=models.ExpressionWrapper(
                    models.Exists(protected) & ~models.Exists(opened), output_field=models.BooleanField()
                ),
            )
            .order_by("-opened_at")
        )


class RecentCustomer(models.Model):
    """A customer a person had open in the last 24 hours: enough for a list, gone the day after.

    name and handle are sealed; handle is one identifier ("mobile=…") by which the v1.1 record can be asked.
    found_by is masked, tail the last signs of it; tier and last_act are words.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    customer_id = models.BigIntegerField()
    name_sealed = models.TextField(blank=True)
    handle_sealed = models.TextField(blank=True)
    found_by = models.CharField(max_length=200, blank=True)
    tail = models.CharField(max_length=12, blank=True)
    tier = models.CharField(max_length=80, blank=True)
    last_act = models.CharField(max_length=80, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)

    objects = RecentCustomerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "customer_id"], name="recent_customer_once")]
        indexes = [models.Index(fields=["opened_at"], name="recent_customer_age")]


class KeptLookup(models.Model):
    """What a look-up came to, for as long as somebody may come back to it.

    digest  of the key in the address and of the session: the row is found by who looked, in that session alone
    sealed  what was typed, and what the page shows of it
    """

    digest = models.CharField(max_length=64, unique=True)
    sealed = models.TextField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="kept_lookup_age")]


class CallerVerification(models.Model):
    """How sure a person may be, for some minutes, that the caller is this customer."""

    class Level(models.TextChoices):
        NUMBER_MATCHED = "number_matched", _("Number matched")
        QUESTIONS_PASSED = "questions_passed", _("Questions passed")
        CODE_PASSED = "code_passed", _("Code passed")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    customer_id = models.BigIntegerField()
    level = models.CharField(max_length=20, choices=Level.choices)
    verified_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "customer_id"], name="caller_verified_once")]
        indexes = [models.Index(fields=["expires_at"], name="verification_age")]

    @property
    def minutes_left(self) -> int:
        """Whole minutes until it ends, the begun one counted."""
        seconds = (self.expires_at - timezone.now()).total_seconds()
        return max(0, ceil(seconds / 60))

    @property
    def words_left(self) -> str:
        """The minutes in words, for the badge."""
        return _now("%(minutes)s min left") % {"minutes": self.minutes_left}


class ProtectedCustomerQuerySet(models.QuerySet["ProtectedCustomer"]):
    def current(self) -> "ProtectedCustomerQuerySet":
        """Those that have not ended."""
        return self.filter(ended_at=None)


class ProtectedCustomer(models.Model):
    """A customer who opens only for a reason; a row that ended stays as history.

    The names are copies: a row outlives the accounts it names.
    """

    class Kind(models.TextChoices):
        STAFF = "staff", _("Staff")
        VIP = "vip", _("VIP")

    customer_id = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    reason = models.CharField(max_length=300)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    marked_by_name = models.CharField(max_length=120)
    marked_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    ended_by_name = models.CharField(max_length=120, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=300, blank=True)

    objects = ProtectedCustomerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer_id"], condition=models.Q(ended_at=None), name="customer_protected_once"
            )
        ]
        indexes = [
            models.Index(fields=["customer_id"], name="protected_customer"),
            models.Index(fields=["ended_at", "marked_at"], name="protected_when"),
        ]


class OpenedForReasonQuerySet(models.QuerySet["OpenedForReason"]):
    def holding(self, user_id: int, session: str) -> "OpenedForReasonQuerySet":
        """What this person has open in this sign-in now; nothing without a sign-in."""
        return self.filter(user_id=user_id, session=session, expires_at__gt=timezone.now())


class OpenedForReason(models.Model):
    """A person gave a reason to open a customer: it holds in this sign-in until it runs out. The trail has the reason.

    session  the mark of the sign-in, as the trail keeps it
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session = models.CharField(max_length=16)
    customer_id = models.BigIntegerField()
    opened_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    objects = OpenedForReasonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "session", "customer_id"], name="opened_for_reason_once"),
            models.CheckConstraint(condition=~models.Q(session=""), name="opened_in_a_sign_in"),
        ]
        indexes = [models.Index(fields=["expires_at"], name="opened_for_reason_age")]


def new_reference() -> str:
    """A fresh reference of an act: a ULID, so that references sort by time."""
    return str(ULID())


class NoteActQuerySet(models.QuerySet["NoteAct"]):
    def unsettled(self) -> "NoteActQuerySet":
        """Whether these were added is not known, or a person has to look."""
        return self.filter(state__in=NoteAct.OPEN)

    def due(self, now: datetime) -> "NoteActQuerySet":
        """Those whose notes are to be read back now, crashed ones among them."""
        return self.filter(
            state__in=[NoteAct.State.IN_PROGRESS, NoteAct.State.UNKNOWN], next_check_at__lte=now
        ).order_by("next_check_at")


class NoteAct(models.Model):
    """One note a person wanted added, from before it was sent until it is known what became of it.

    text_sealed   the text, emptied once the note is known to be there (then the outside has it)
    text_hash     SHA-256 of customer and text: while one is open an equal one is refused
    token         of the form it came from: sent twice, the form acts once
    sent_at       set in the moment before the call leaves, while it is in progress: without it nothing has left
    outside_id    the id the outside gave the note
    checks        how often it was tried to read the notes back; next_check_at when again
    unread        why the last try failed, empty when the notes could be read
    seen_before   ids of the notes that were there before it was sent; None when nobody could tell
    alike         [id, ISO moment] of notes that may be this one, for a person to compare
    """

    class State(models.TextChoices):
        IN_PROGRESS = "in_progress", _("Being added")
        DONE = "done", _("Done")
        NOT_DONE = "not_done", _("Not added")
        UNKNOWN = "unknown", _("Not known yet")
        NEEDS_PERSON = "needs_person", _("A person has to look")

    OPEN = ("in_progress", "unknown", "needs_person")

    reference = models.CharField(max_length=26, default=new_reference, unique=True)
    token = models.UUIDField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    user_name = models.CharField(max_length=120)
    customer_id = models.BigIntegerField()
    text_sealed = models.TextField(blank=True)
    text_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=16, choices=State.choices, default=State.IN_PROGRESS)
    outside_id = models.CharField(max_length=40, blank=True)
    message = models.CharField(max_length=300, blank=True)
    code = models.CharField(max_length=20, blank=True)
    request_id = models.CharField(max_length=80, blank=True)
    correlation = models.CharField(max_length=40, blank=True)
    checks = models.PositiveSmallIntegerField(default=0)
    unread = models.CharField(max_length=300, blank=True)
    seen_before = models.JSONField(null=True)
    alike = models.JSONField(default=list)
    next_check_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    objects = NoteActQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "token"], name="note_form_acts_once"),
            models.UniqueConstraint(
                fields=["customer_id", "text_hash"],
                condition=models.Q(state__in=("in_progress", "unknown", "needs_person")),
                name="note_open_once",
            ),
            models.UniqueConstraint(
                fields=["customer_id", "outside_id"],
                condition=~models.Q(outside_id=""),
                name="note_outside_id_once",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_check_at"], name="note_due"),
            models.Index(fields=["customer_id", "created_at"], name="note_of_customer"),
            *open_and_settled("note", started="created_at", looks="checks"),
        ]

    @property
    def text(self) -> str:
        """The text, empty once the note is known to be there."""
        return unseal(self.text_sealed)

    @property
    def alike_at(self) -> list[tuple[str, datetime | None]]:
        """Id and moment of each note that may be this one."""
        return [(one, datetime.fromisoformat(at) if at else None) for one, at in self.alike]

    @property
    def is_open(self) -> bool:
        """Whether it is not settled yet."""
        return self.state in self.OPEN
