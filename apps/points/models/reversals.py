"""Giving redeemed points back: what a person asked for, and the acts that carry it out."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from apps.operations.acts.rows import OPEN_STATES, ActQuerySet, ActRow, ActState
from apps.operations.handles import Handle
from apps.operations.unknowns import open_and_settled
from apps.points.models.proof import NOT_PROVED, Provable, due_for_proof, proof_once, to_prove_index
from apps.points.sealing import seal, unseal
from apps.points.states import OPEN, State
from apps.staff.stores import stores_where

if TYPE_CHECKING:
    from apps.staff.models import User

FIRST_NUMBER = 10_000
APPROVE = "staff.approve_reversals"


class ReversalQuerySet(models.QuerySet["Reversal"]):
    """Reversals as sentences."""

    def visible_to(self, user: "User") -> Self:
        """Own ones, those of own stores, and those one may decide on; all for a role held everywhere."""
        if user.is_everywhere:
            return self
        deciding = stores_where(user, APPROVE)
        # A house may have a role that decides and looks nobody up.
        stores = {*stores_where(user, "staff.view_customers"), *deciding}
        return self.filter(Q(user=user) | Q(store__in=stores) | Q(redeemed_store__in=deciding))

    def waiting_for(self, user: "User") -> Self:
        """The queue: waiting ones of the stores this person approves for, none of their own asking."""
        stores = stores_where(user, APPROVE)
        here = Q(store__in=stores) | Q(redeemed_store__in=stores)
        return self.filter(here, state=State.WAITING).exclude(user__in=user.hands).order_by("asked_at")

    def of_customer(self, customer_id: int) -> Self:
        """A customer's, newest first."""
        return self.filter(customer_id=customer_id).order_by("-id")

    def to_prove(self, now: datetime) -> Self:
        """Those whose proof is to be looked for now."""
        return self.filter(due_for_proof(now)).order_by("next_proof_at")

    def not_proved(self) -> Self:
        """The red ones: done by word of the outside, and not seen there in time."""
        return self.filter(NOT_PROVED)

    def locked(self, pk: int) -> "Reversal":
        """This one, held until the transaction ends, as it is in the database now."""
        return (
            self.select_for_update(of=("self",)).select_related("store", "redeemed_store", "user").get(pk=pk)
        )


class Reversal(Provable):
    """Points of one redemption given back, wholly or in part. One undecided or unsettled per redemption.

    token            of the form: sent twice it asks once. None once it certainly was not done
    redemption_id    id in the customer's list of redemptions;  redemption_outside_id  as redeeming answered it,
                     "" for those made elsewhere
    redeemed_where   store in words;  redeemed_store  the same where it is one of ours
    points           those asked for;  given  those the outside gave back, None while that is not known
    why              why a second person decides: [{"rule": "amount", "words": "…"}]; empty: nobody has to
    facts            what was true when it was asked, see facts.py; the decider must have seen what is true now
    message          why it was refused, or what holds it up
    """

    token = models.UUIDField(null=True)
    correlation = models.CharField(max_length=40, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    user_name = models.CharField(max_length=120)
    user_role = models.CharField(max_length=40, blank=True)
    store = models.ForeignKey("staff.Store", on_delete=models.PROTECT, related_name="+")

    customer_id = models.BigIntegerField()
    customer_name_sealed = models.TextField(blank=True)
    customer_mask = models.CharField(max_length=120, blank=True)
    handle_sealed = models.TextField(blank=True)
    identifier_sealed = models.TextField(blank=True)
    verification = models.CharField(max_length=20, blank=True)

    redemption_id = models.CharField(max_length=40)
    redemption_outside_id = models.CharField(max_length=40, blank=True)
    redemption_points = models.DecimalField(max_digits=14, decimal_places=3)
    redeemed_at = models.DateTimeField(null=True)
    redeemed_where = models.CharField(max_length=160, blank=True)
    redeemed_store = models.ForeignKey("staff.Store", on_delete=models.PROTECT, null=True, related_name="+")

    points = models.DecimalField(max_digits=14, decimal_places=3)
    given = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    why = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    message = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)

    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_by_name = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=300, blank=True)

    outside_id = models.CharField(max_length=40, blank=True)
    listed_id = models.CharField(max_length=40, blank=True)

    objects = ReversalQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "token"], name="reversal_form_asks_once"),
            models.UniqueConstraint(
                fields=["redemption_id"], condition=Q(state__in=OPEN), name="reversal_open_once"
            ),
            models.UniqueConstraint(
                fields=["redemption_id", "listed_id"],
                condition=~Q(listed_id=""),
                name="reversal_listed_once",
            ),
            proof_once("reversal_proof_once"),
            models.CheckConstraint(name="reversal_is_whole", condition=Q(points__gt=0)),
        ]
        indexes = [
            models.Index(fields=["state", "store", "asked_at"], name="reversals_queue"),
            models.Index(fields=["customer_id", "-id"], name="reversals_of_customer"),
            models.Index(fields=["user", "-id"], name="reversals_of_user"),
            to_prove_index("reversals_to_prove"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """``RV-10001``."""
        return f"RV-{FIRST_NUMBER + self.pk}"

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
    def identifier(self) -> Handle:
        """What names the customer in the call, so that the outside checks whose redemption it is."""
        return Handle.read(unseal(self.identifier_sealed))

    @property
    def open_act(self) -> "ReversalAct | None":
        """The act whose outcome is not known yet; at most one."""
        return next((act for act in self.acts.all() if act.is_open), None)

    @property
    def is_unknown(self) -> bool:
        """Whether it is not known yet what became of it (shown in violet)."""
        return self.state == State.GOING

    @property
    def gave_another_number(self) -> bool:
        """The outside gave back another number of points than asked for."""
        return self.given is not None and self.given != self.points

    @property
    def badge(self) -> str:
        """The name of the badge people see (apps/core/badges.py)."""
        if self.state == State.DONE:
            return "not_proved" if self.is_not_proved else "done" if self.proved_at else "booked"
        return BADGES[State(self.state)]


BADGES = {
    State.WAITING: "waiting",
    State.GOING: "unknown",
    State.REFUSED: "refused",
    State.REJECTED: "rejected",
    State.WITHDRAWN: "withdrawn",
}


class ReversalActQuerySet(ActQuerySet["ReversalAct"]):
    """Acts of reversals as sentences."""


class ReversalAct(ActRow):
    """One try to give points back.

    store          whose till it goes out from;  redemption_id  in the list: one open act per redemption
    sent_as        the id of the redemption it goes out with
    known_before   [[reversal id, points], …] of the redemption, read right before the call; None: not read yet,
                   so nothing was sent
    candidates     reversals that came since of which one may be it: [{"id", "points", "at", "till"}]
    till_id        number of the till the list shows for it: how our own reversals are known from those of others
    """

    State = ActState

    reversal = models.ForeignKey(Reversal, on_delete=models.PROTECT, related_name="acts")
    store = models.ForeignKey("staff.Store", on_delete=models.PROTECT, related_name="+")
    redemption_id = models.CharField(max_length=40)
    sent_as = models.CharField(max_length=40, blank=True)
    points = models.DecimalField(max_digits=14, decimal_places=3)
    known_before = models.JSONField(null=True)
    candidates = models.JSONField(default=list)
    outside_id = models.CharField(max_length=40, blank=True)
    till_id = models.CharField(max_length=40, blank=True)

    objects = ReversalActQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["redemption_id"], condition=Q(state__in=OPEN_STATES), name="reversal_act_open_once"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_look_at"], name="reversal_acts_due"),
            models.Index(fields=["till_id"], name="reversal_acts_till", condition=~Q(till_id="")),
            *open_and_settled("reversal_acts"),
        ]
