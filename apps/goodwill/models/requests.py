"""One request for goodwill, from before it was sent until the ledger proves it."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.goodwill.models.kinds import Kind
from apps.goodwill.models.visibility import GoodwillRequestQuerySet
from apps.goodwill.numbers import number_of
from apps.goodwill.sealing import seal, unseal
from apps.goodwill.states import ENDED_WITHOUT, GIVEN, State
from apps.operations.acts.rows import new_reference
from apps.operations.handles import Handle

if TYPE_CHECKING:
    from apps.goodwill.models.acts import OutsideAct


class GoodwillRequest(models.Model):
    """Points or a coupon asked for a customer, in the console or elsewhere.

    reference        a ULID, sent out as reference_id; tag is the short form of it that stands in the comments
    outside_id       the outside's request id; outside_number the same to be ordered by
    customer_id      the outside's id; None for one made elsewhere whose customer was not looked up yet
    handle_sealed    one identifier ("mobile=…") by which such a customer is looked up
    contact_digests  keyed hashes of the customer's mobiles and e-mails, to see that they are a colleague's own
    amount           points, or 1 coupon; None while the outside does not tell it (pending, made elsewhere)
    by_policy        asked within the person's own authority: approved in the policy's name, policy says which
    needs_other_store  the customer is a colleague of the store: only a manager of another store decides
    different_matter  who asked has seen likely duplicates and says that it is none
    why              why a person has to decide: [{"rule": "over_request", "words": "…"}]
    snapshot         facts at asking, see facts.py
    decided_by       "person", "policy" or "elsewhere"; decided_by_words names who
    proof            what the ledger showed; proof_key is taken once, so that one credit proves one request
    causes           likely causes of a credit that does not come, as codes of causes.py
    """

    class Origin(models.TextChoices):
        CONSOLE = "console", _("Console")
        ELSEWHERE = "elsewhere", _("Elsewhere")

    reference = models.CharField(max_length=26, default=new_reference, unique=True)
    tag = models.CharField(max_length=16, blank=True, db_index=True)
    form_token = models.UUIDField(null=True)
    correlation = models.CharField(max_length=40, blank=True)

    customer_id = models.BigIntegerField(null=True)
    customer_name_sealed = models.TextField(blank=True)
    customer_mask = models.CharField(max_length=120, blank=True)
    handle_sealed = models.TextField(blank=True)
    contact_digests = models.JSONField(default=list)
    verification = models.CharField(max_length=20, blank=True)

    kind = models.CharField(max_length=8, choices=Kind.choices)
    amount = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    approved_amount = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    series = models.ForeignKey(
        "goodwill.CouponSeries", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.ForeignKey(
        "goodwill.Reason", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason_words = models.CharField(max_length=300, blank=True)
    comment = models.TextField(blank=True)
    bill = models.CharField(max_length=80, blank=True)
    different_matter = models.BooleanField(default=False)
    programme_id = models.CharField(max_length=20, blank=True)

    store = models.ForeignKey("staff.Store", on_delete=models.PROTECT, null=True, related_name="+")
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    requester_name = models.CharField(max_length=120, blank=True)
    requester_role = models.CharField(max_length=40, blank=True)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.CONSOLE)
    origin_words = models.CharField(max_length=160, blank=True)

    state = models.CharField(max_length=14, choices=State.choices, default=State.SENDING)
    outside_id = models.CharField(max_length=20, blank=True)
    outside_number = models.BigIntegerField(null=True)
    by_policy = models.BooleanField(default=False)
    policy = models.CharField(max_length=160, blank=True)
    needs_other_store = models.BooleanField(default=False)
    approvals_needed = models.PositiveSmallIntegerField(default=1)
    why = models.JSONField(default=list)
    snapshot = models.JSONField(default=dict)
    message = models.CharField(max_length=300, blank=True)

    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    escalated_to = models.ForeignKey("staff.Store", on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=10, blank=True)
    decided_by_words = models.CharField(max_length=160, blank=True)
    seen_outside_at = models.DateTimeField(null=True)

    next_proof_at = models.DateTimeField(null=True)
    proof_due_at = models.DateTimeField(null=True)
    proof_looks = models.PositiveSmallIntegerField(default=0)
    proved_at = models.DateTimeField(null=True)
    proof = models.JSONField(default=dict)
    proof_key = models.CharField(max_length=120, blank=True)
    causes = models.JSONField(default=list)

    objects = GoodwillRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["requester", "form_token"], name="goodwill_form_acts_once"),
            models.UniqueConstraint(
                fields=["outside_id"], condition=~Q(outside_id=""), name="goodwill_outside_id_once"
            ),
            models.UniqueConstraint(
                fields=["proof_key"], condition=~Q(proof_key=""), name="goodwill_proof_once"
            ),
            models.CheckConstraint(
                name="goodwill_of_the_console_is_whole",
                condition=Q(origin="elsewhere")
                | (
                    Q(requester__isnull=False, store__isnull=False, reason__isnull=False)
                    & Q(customer_id__isnull=False, amount__gt=0)
                    & ~Q(tag="")
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["store", "state", "due_at"], name="goodwill_queue"),
            models.Index(fields=["state", "due_at"], name="goodwill_queue_of_all"),
            models.Index(fields=["requester", "-asked_at"], name="goodwill_of_requester"),
            models.Index(fields=["customer_id", "-asked_at"], name="goodwill_of_customer"),
            models.Index(fields=["store", "-asked_at"], name="goodwill_of_store"),
            models.Index(
                fields=["next_proof_at"], name="goodwill_to_prove", condition=Q(next_proof_at__isnull=False)
            ),
            models.Index(
                fields=["outside_number"],
                name="goodwill_to_follow",
                condition=Q(state__in=["waiting", "sent_back"]),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """``GR-10418``."""
        return number_of(self.pk)

    @property
    def customer_name(self) -> str:
        """The customer's name as it was when asked; empty when it cannot be read (any more)."""
        return unseal(self.customer_name_sealed)

    @customer_name.setter
    def customer_name(self, name: str) -> None:
        self.customer_name_sealed = seal(name)

    @property
    def handle(self) -> Handle:
        """What the customer can be looked up by: their ledger, and who it is for a request made elsewhere."""
        return Handle.read(unseal(self.handle_sealed))

    @property
    def granted(self) -> Decimal | None:
        """What was approved; before that what was asked."""
        return self.amount if self.approved_amount is None else self.approved_amount

    @property
    def is_given(self) -> bool:
        """Approved, whether or not the ledger shows it yet."""
        return self.state in GIVEN

    @property
    def has_ended(self) -> bool:
        """Nothing will happen to it by itself any more."""
        return self.state in (*ENDED_WITHOUT, State.DONE)

    @property
    def open_act(self) -> "OutsideAct | None":
        """The act outside whose outcome is not known yet; at most one."""
        return next((act for act in self.acts.all() if act.is_open), None)

    @property
    def is_unknown(self) -> bool:
        """Whether it is not known yet what became of it (shown in violet)."""
        act = self.open_act
        return act is not None and act.state != act.State.IN_PROGRESS

    def is_late(self, now: datetime) -> bool:
        """Waits for a person longer than it should."""
        return self.state == State.WAITING and self.due_at is not None and self.due_at < now

    @property
    def badge(self) -> str:
        """The name of the badge people see (apps/core/badges.py)."""
        if self.is_unknown:
            return "unknown"
        return BADGES[State(self.state)]

    def because(self) -> list[dict[str, Any]]:
        """Why a person has to decide, as kept when it was asked."""
        return list(self.why)


BADGES = {
    State.SENDING: "unknown",
    State.WAITING: "waiting",
    State.SENT_BACK: "sent_back",
    State.DECIDING: "unknown",
    State.APPROVED: "approved",
    State.DONE: "done",
    State.NOT_CREDITED: "not_credited",
    State.REJECTED: "rejected",
    State.WITHDRAWN: "withdrawn",
    State.REFUSED: "refused",
}
