"""One redemption: an act outside, from before it was sent until it is proved."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.operations.acts.rows import OPEN_STATES, ActQuerySet, ActRow, ActState
from apps.operations.handles import Handle
from apps.operations.unknowns import open_and_settled
from apps.points.models.proof import NOT_PROVED, Provable, due_for_proof, proof_once, to_prove_index
from apps.points.sealing import seal, unseal
from apps.staff.stores import stores_where

if TYPE_CHECKING:
    from apps.staff.models import User

FIRST_NUMBER = 10_000


class Mode(models.TextChoices):
    """How the customer agreed to it."""

    CODE = "code", _("One-time code")
    MISSED_CALL = "missed_call", _("Missed call")
    NO_CODE = "no_code", _("Without a code")


class RedemptionQuerySet(ActQuerySet["Redemption"]):
    """Redemptions as sentences."""

    def visible_to(self, user: "User") -> Self:
        """Own ones and those of own stores; all of them for a role held everywhere."""
        if user.is_everywhere:
            return self
        return self.filter(Q(user=user) | Q(store__in=stores_where(user, "staff.view_customers")))

    def of_customer(self, customer_id: int) -> Self:
        """A customer's, newest first."""
        return self.filter(customer_id=customer_id).order_by("-id")

    def to_prove(self, now: datetime) -> Self:
        """Those whose proof is to be looked for now."""
        return self.filter(due_for_proof(now)).order_by("next_proof_at")

    def not_proved(self) -> Self:
        """The red ones: done by word of the outside, and not seen there in time."""
        return self.filter(NOT_PROVED)

    def locked(self, pk: int) -> "Redemption":
        """This one, held until the transaction ends, as it is in the database now."""
        return self.select_for_update(of=("self",)).select_related("store").get(pk=pk)


class Redemption(ActRow, Provable):
    """Points taken from a customer once. `reference` goes out as external_reference_number.

    token            of the form: sent twice it acts once. None when it certainly was not done: the form may be
                     sent again, corrected
    handle_sealed    one identifier ("mobile=…") by which the customer's ledger is read
    points           those asked for;  taken  those the outside says it took, None while it has said nothing
    verification     the level that held when it was sent;  code_passed once a code that came with it was taken
    balance_before   of the customer when it was sent;  balance_after  as the outside answered
    value, currency  money the points were worth, as the outside answered
    outside_id       redemption id as redeeming answers it ("r0njPT");  listed_id  its id in the list
    reference_seen   the list showed it under our reference
    candidates       rows of the list of which one may be it, for the person who looks:
                     [{"id", "points", "at", "till", "reference"}]
    """

    Mode = Mode
    State = ActState

    token = models.UUIDField(null=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    user_name = models.CharField(max_length=120)
    user_role = models.CharField(max_length=40, blank=True)
    store = models.ForeignKey("staff.Store", on_delete=models.PROTECT, related_name="+")

    customer_name_sealed = models.TextField(blank=True)
    customer_mask = models.CharField(max_length=120, blank=True)
    handle_sealed = models.TextField(blank=True)
    verification = models.CharField(max_length=20, blank=True)

    programme_id = models.CharField(max_length=20, blank=True)
    points = models.DecimalField(max_digits=14, decimal_places=3)
    taken = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    bill = models.CharField(max_length=80, blank=True)
    purpose = models.CharField(max_length=200, blank=True)
    notes = models.CharField(max_length=200, blank=True)
    mode = models.CharField(max_length=12, choices=Mode.choices, default=Mode.CODE)

    balance_before = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    balance_after = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    value = models.DecimalField(max_digits=16, decimal_places=3, null=True)
    currency = models.CharField(max_length=3, blank=True)
    outside_id = models.CharField(max_length=40, blank=True)
    listed_id = models.CharField(max_length=40, blank=True)
    reference_seen = models.BooleanField(default=False)
    candidates = models.JSONField(default=list)

    objects = RedemptionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "token"], name="redemption_form_acts_once"),
            models.UniqueConstraint(
                fields=["customer_id"], condition=Q(state__in=OPEN_STATES), name="redemption_open_once"
            ),
            models.UniqueConstraint(
                fields=["listed_id"], condition=~Q(listed_id=""), name="redemption_listed_once"
            ),
            proof_once("redemption_proof_once"),
            models.CheckConstraint(
                name="redemption_is_whole", condition=Q(points__gt=0, customer_id__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_look_at"], name="redemptions_due"),
            models.Index(fields=["customer_id", "-id"], name="redemptions_of_customer"),
            models.Index(fields=["store", "-id"], name="redemptions_of_store"),
            to_prove_index("redemptions_to_prove"),
            *open_and_settled("redemptions"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """``RD-10001``."""
        return f"RD-{FIRST_NUMBER + self.pk}"

    @property
    def moved(self) -> Decimal:
        """The points that moved once it is done, those asked for until then."""
        return self.taken if self.state == ActState.DONE and self.taken is not None else self.points

    @property
    def customer_name(self) -> str:
        """The customer's name as it was then; empty when it cannot be read (any more)."""
        return unseal(self.customer_name_sealed)

    @customer_name.setter
    def customer_name(self, name: str) -> None:
        self.customer_name_sealed = seal(name)

    @property
    def handle(self) -> Handle:
        """What the customer's ledger can be read by."""
        return Handle.read(unseal(self.handle_sealed))

    @property
    def is_unknown(self) -> bool:
        """Whether it is not known yet what became of it (shown in violet)."""
        return self.is_open

    @property
    def badge(self) -> str:
        """The name of the badge people see (apps/core/badges.py)."""
        if self.is_open:
            return "unknown"
        if self.state == ActState.NOT_DONE:
            return "refused"
        if self.is_not_proved:
            return "not_proved"
        return "done" if self.proved_at else "booked"
