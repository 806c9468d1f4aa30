"""What people ask about their own data: requests with their clock, and the packs that were made for them."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

FIRST_NUMBER = 100


class SubjectRequestQuerySet(models.QuerySet["SubjectRequest"]):
    """Requests as sentences."""

    def open(self) -> "SubjectRequestQuerySet":
        """Those that are neither done nor refused."""
        return self.exclude(state__in=SubjectRequest.ENDED)

    def about(self, request: "SubjectRequest") -> "SubjectRequestQuerySet":
        """The others about the same person, as far as the internal id tells."""
        same = self.exclude(pk=request.pk)
        return same.filter(customer=request.customer) if request.customer else same.none()


class SubjectRequest(models.Model):
    """Somebody asks what the console holds about them, or that it be forgotten.

    customer   the outside's internal id, "" while only an identifier is known
    mask       of the identifier they named, digests its keyed hashes in hex: both go when they are forgotten
    due_on     a calendar month after received_on
    problem    why the console does not go on, in a sentence
    tally      what was found or destroyed: {what: how many}
    claimed_until  a worker is at it until then; a dead one's claim runs out
    The names are copies: a row outlives the accounts it names.
    """

    class Kind(models.TextChoices):
        ACCESS = "access", _("Access")
        ERASURE = "erasure", _("Erasure")

    class CameBy(models.TextChoices):
        EMAIL = "email", _("E-mail")
        LETTER = "letter", _("Letter")
        PHONE = "phone", _("Telephone")
        PERSON = "person", _("In person")
        FORM = "form", _("Form on the web")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        MAKING = "making", _("Pack is being made")
        READY = "ready", _("Pack is ready")
        WAITING = "waiting", _("Waiting for a second person")
        ERASING = "erasing", _("Being erased")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")

    ENDED = ("done", "refused")
    MOVING = ("making", "erasing")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    customer = models.CharField(max_length=40, blank=True)
    mask = models.CharField(max_length=80, blank=True)
    digests = models.JSONField(default=list, blank=True)
    received_on = models.DateField()
    due_on = models.DateField()
    came_by = models.CharField(max_length=8, choices=CameBy.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)

    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    opened_by_name = models.CharField(max_length=120)
    opened_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_by_name = models.CharField(max_length=120, blank=True)
    asked_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    confirmed_by_name = models.CharField(max_length=120, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    ended_by_name = models.CharField(max_length=120, blank=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    tally = models.JSONField(default=dict, blank=True)
    claimed_until = models.DateTimeField(null=True)

    pack_run = models.CharField(max_length=26, blank=True)
    pack_sha256 = models.CharField(max_length=64, blank=True)
    pack_size = models.BigIntegerField(default=0)
    pack_made_at = models.DateTimeField(null=True)
    pack_expires_at = models.DateTimeField(null=True)
    pack_by_name = models.CharField(max_length=120, blank=True)

    objects = SubjectRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("subject request")
        verbose_name_plural = _("subject requests")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="subject_erasure_confirmed_by_another",
                condition=Q(confirmed_by=None)
                | ~Q(confirmed_by=F("opened_by")) & ~Q(confirmed_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="subject_request_names_somebody",
                condition=~Q(customer="") | ~Q(mask=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"], name="subject_requests_open", condition=~Q(state__in=("done", "refused"))
            ),
            models.Index(fields=["customer"], name="subject_requests_of"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """``SR-101``."""
        return f"SR-{FIRST_NUMBER + self.pk}"

    @property
    def whom(self) -> str:
        """Whom it is about, as people may see it."""
        return self.customer or self.mask

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it."""
        return self.state in self.ENDED

    @property
    def is_moving(self) -> bool:
        """Whether a worker is at it."""
        return self.state in self.MOVING

    @property
    def days_left(self) -> int:
        """Whole days until the last one, which is 0; below it is overdue."""
        return (self.due_on - _today()).days

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been answered."""
        return not self.is_over and self.days_left < 0

    @property
    def has_pack(self) -> bool:
        """Whether a pack can be fetched now."""
        until = self.pack_expires_at
        return bool(self.pack_sha256) and until is not None and until > timezone.now()


class SubjectPackPart(models.Model):
    """One piece of a pack, encrypted. `run` tells the pieces of two makings apart."""

    request = models.ForeignKey(SubjectRequest, on_delete=models.CASCADE, related_name="parts")
    run = models.CharField(max_length=26)
    number = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "run", "number"], name="subject_pack_part_once")
        ]

    def __str__(self) -> str:
        return f"part {self.number} of {self.request_id}"


def _today() -> date:
    return timezone.localdate()
