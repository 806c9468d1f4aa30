"""One sending of invitations: an act outside, from before it was sent until it is known who was invited."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.operations.acts.rows import ActQuerySet, ActRow, ActState
from apps.operations.handles import Handle
from apps.operations.unknowns import open_and_settled
from apps.referrals.sealing import seal, unseal
from apps.staff.stores import stores_where

if TYPE_CHECKING:
    from apps.staff.models import User

FIRST_NUMBER = 10_000


class InvitationQuerySet(ActQuerySet["Invitation"]):
    """Invitations as sentences."""

    def visible_to(self, user: "User") -> Self:
        """Own ones and those of own stores; all of them for a role held everywhere."""
        if user.is_everywhere:
            return self
        return self.filter(Q(user=user) | Q(store__in=stores_where(user, "staff.view_customers")))

    def of_customer(self, customer_id: int) -> Self:
        """A customer's, newest first."""
        return self.filter(customer_id=customer_id).order_by("-id")

    def locked(self, pk: int) -> "Invitation":
        """This one, held until the transaction ends, as it is in the database now."""
        return self.select_for_update(of=("self",)).select_related("store").get(pk=pk)


class Invitation(ActRow):
    """People invited in a customer's name by one call; `customer_id` is the customer who invites.

    token         of the form: sent twice it invites once. None when certainly nobody was invited: the form may be
                  sent again, corrected
    handle_sealed one identifier ("mobile=…") of the customer
    campaign      token of the campaign, "" for the organisation's default one;  campaign_title  in words, as it was
    asked         how many people;  invited, refused  how many of them so far; the others are not known yet
    evidence      rows of the outside's list that may be one of ours, for the person who looks:
                  [{"position", "at", "till", "why"}]
    """

    State = ActState

    token = models.UUIDField(null=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    user_name = models.CharField(max_length=120)
    user_role = models.CharField(max_length=40, blank=True)
    store = models.ForeignKey("staff.Store", on_delete=models.PROTECT, related_name="+")

    customer_name_sealed = models.TextField(blank=True)
    customer_mask = models.CharField(max_length=120, blank=True)
    handle_sealed = models.TextField(blank=True)

    campaign = models.CharField(max_length=60, blank=True)
    campaign_title = models.CharField(max_length=120, blank=True)
    asked = models.PositiveSmallIntegerField()
    invited = models.PositiveSmallIntegerField(default=0)
    refused = models.PositiveSmallIntegerField(default=0)
    evidence = models.JSONField(default=list)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "token"], name="invitation_form_acts_once"),
            models.CheckConstraint(
                name="invitation_is_whole", condition=Q(asked__gt=0, customer_id__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_look_at"], name="invitations_due"),
            models.Index(fields=["customer_id", "-id"], name="invitations_of_customer"),
            models.Index(fields=["store", "-id"], name="invitations_of_store"),
            models.Index(fields=["user", "started_at"], name="invitations_of_user"),
            *open_and_settled("invitations"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """``IN-10001``."""
        return f"IN-{FIRST_NUMBER + self.pk}"

    @property
    def customer_name(self) -> str:
        """The customer's name as it was then; empty when it cannot be read (any more)."""
        return unseal(self.customer_name_sealed)

    @customer_name.setter
    def customer_name(self, name: str) -> None:
        self.customer_name_sealed = seal(name)

    @property
    def handle(self) -> Handle:
        """What the customer can be asked for by."""
        return Handle.read(unseal(self.handle_sealed))

    @property
    def not_known(self) -> int:
        """Of how many people it is not known whether they were invited."""
        return self.asked - self.invited - self.refused

    @property
    def is_unknown(self) -> bool:
        """Whether it is not known yet what became of it (shown in violet)."""
        return self.is_open

    @property
    def badge(self) -> str:
        """The name of the badge people see (apps/core/badges.py)."""
        if self.is_open:
            return "unknown"
        return "done" if self.state == ActState.DONE else "refused"
