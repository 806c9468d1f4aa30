"""A round of the access review, and a line for each right that was held when it began."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.staff.confirming.guard import both_named


class AccessReview(models.Model):
    """One round. result is its CSV, note the text about it that the log's key signed; both stay.

    due_on  the last day on which it is in time
    opened_by_name, closed_by_name  as in the trail: the console's own word where the clock opened it
    """

    opened_at = models.DateTimeField(default=timezone.now)
    opened_by_name = models.CharField(max_length=120)
    due_on = models.DateField()
    is_open = models.BooleanField(default=True)
    closed_at = models.DateTimeField(null=True)
    closed_by_name = models.CharField(max_length=120, blank=True)
    result = models.TextField(blank=True)
    note = models.TextField(blank=True)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_open"], condition=Q(is_open=True), name="access_review_open_once"
            ),
            models.CheckConstraint(
                condition=Q(is_open=True, closed_at=None) | Q(is_open=False, closed_at__isnull=False),
                name="access_review_closed_with_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people say: ``AR-3``."""
        return f"AR-{self.pk}"

    @property
    def is_overdue(self) -> bool:
        """Whether it is still open after its last day."""
        return self.is_open and timezone.localdate() > self.due_on


class ReviewLine(models.Model):
    """One right of one person as it stood when the round began, in words that stay, and what was decided.

    membership_id  of the right; its row is gone once the right has ended
    last_act_at    the last act in this role, as far back as `opening` looks;  last_sign_in  of the person, or the
                   last use of the program's keys
    scopes         of a program: what its keys may do, in words; a person has none
    asked_by_name  who asked for it, where a second person (given_by_name) confirmed it
    conflicts      which rules the person's roles broke at that moment, in words
    """

    class Decision(models.TextChoices):
        OPEN = "", _("Not decided")
        KEEP = "keep", _("Kept")
        REMOVE = "remove", _("Removed")
        ENDED = "ended", _("Ended meanwhile")
        NOBODY = "nobody", _("Nobody else could decide")

    review = models.ForeignKey(AccessReview, on_delete=models.CASCADE, related_name="lines")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    person_name = models.CharField(max_length=120)
    person_email = models.EmailField()
    was_active = models.BooleanField()
    membership_id = models.BigIntegerField()
    role_title = models.CharField(max_length=60)
    store = models.ForeignKey("staff.Store", null=True, on_delete=models.PROTECT, related_name="+")
    store_code = models.CharField(max_length=40, blank=True)
    ends_on = models.DateField(null=True)
    given_by_name = models.CharField(max_length=120, blank=True)
    asked_by_name = models.CharField(max_length=120, blank=True, default="")
    given_at = models.DateTimeField(null=True)
    last_sign_in = models.DateTimeField(null=True)
    last_act_at = models.DateTimeField(null=True)
    conflicts = models.TextField(blank=True)
    scopes = models.TextField(blank=True, default="")
    decision = models.CharField(max_length=8, choices=Decision.choices, default=Decision.OPEN, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_by_name = models.CharField(max_length=120, blank=True)
    decided_by_role = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["person_name", "person_id", "role_title", "store_code", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "membership_id"], name="review_line_once"),
            models.CheckConstraint(
                condition=~Q(decision="remove") | ~Q(reason=""), name="review_line_removed_for_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["review"], condition=Q(decision=""), name="review_line_undecided"),
        ]

    def __str__(self) -> str:
        return f"{self.person_name}: {self.role_title}, {self.where}"

    @property
    def given_by_words(self) -> str:
        """Who gave it, both people where there were two."""
        return both_named(self.asked_by_name, self.given_by_name)

    @property
    def is_program(self) -> bool:
        """Whether it is the right of a program."""
        return bool(self.scopes)

    @property
    def where(self) -> str:
        """The store's name, or all stores."""
        return self.store.name if self.store else str(_("all stores"))
