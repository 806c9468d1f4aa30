"""One person who is invited: who, and what became of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.masking import DOT
from apps.referrals.models.invitations import Invitation
from apps.referrals.sealing import seal, unseal


class Channel(models.TextChoices):
    """How a person is reached."""

    MOBILE = "mobile", _("Mobile")
    EMAIL = "email", _("E-mail")


class InviteeState(models.TextChoices):
    """invited and refused are final; sending and unknown are read back with their invitation."""

    SENDING = "sending", _("Being sent")
    INVITED = "invited", _("Invited")
    REFUSED = "refused", _("Not invited")
    UNKNOWN = "unknown", _("Not known yet")


OPEN = (InviteeState.SENDING, InviteeState.UNKNOWN)
# Whoever stands in one of these must not be invited again in the same campaign.
TAKEN = ("sending", "unknown", "invited")


class InviteeQuerySet(models.QuerySet["Invitee"]):
    """Invited people as sentences."""

    def open(self) -> "InviteeQuerySet":
        """Those of whom it is not known."""
        return self.filter(state__in=OPEN)

    def taken(self, customer_id: int, campaign: str) -> "InviteeQuerySet":
        """Those whom this customer invited in this campaign, or perhaps did."""
        return self.filter(customer_id=customer_id, campaign=campaign, state__in=TAKEN)

    def in_the_way(self, customer_id: int, campaign: str) -> "InviteeQuerySet":
        """The same, and those not known yet of the default campaign, which may be any, when one has a name."""
        other = ~Q(campaign="") if not campaign else Q(campaign="")
        return self.taken(customer_id, campaign) | self.open().filter(other, customer_id=customer_id)


class Invitee(models.Model):
    """One row of an invitation.

    position    place in what was asked, from 0
    value       full mobile with its country code, or e-mail; sealed. mask and digest (keyed hash, hex) of it
    customer_id, campaign  as in the invitation: one person is invited once by a customer in a campaign
    code, message, next_step, field   the outside's number and the words for the person; field: name or contact
    permanent   the same row cannot succeed later
    found_at    when the outside's list showed them, for those whose answer was not known
    """

    Channel = Channel
    State = InviteeState

    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="invitees")
    position = models.PositiveSmallIntegerField()
    customer_id = models.BigIntegerField()
    campaign = models.CharField(max_length=60, blank=True)
    name_sealed = models.TextField(blank=True)
    kind = models.CharField(max_length=8, choices=Channel.choices)
    value_sealed = models.TextField()
    mask = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=InviteeState.choices, default=InviteeState.SENDING)
    code = models.CharField(max_length=20, blank=True)
    message = models.CharField(max_length=300, blank=True)
    next_step = models.CharField(max_length=300, blank=True)
    field = models.CharField(max_length=20, blank=True)
    permanent = models.BooleanField(default=False)
    found_at = models.DateTimeField(null=True)

    objects = InviteeQuerySet.as_manager()

    class Meta:
        ordering = ["invitation_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["invitation", "position"], name="invitee_position_once"),
            models.UniqueConstraint(
                fields=["customer_id", "campaign", "digest"],
                condition=Q(state__in=TAKEN),
                name="invitee_invited_once",
            ),
        ]
        indexes = [models.Index(fields=["digest"], name="invitees_by_digest")]

    def __str__(self) -> str:
        return f"{self.name or DOT * 3} ({self.mask})"

    @property
    def name(self) -> str:
        """The person's name as typed; empty when it cannot be read (any more)."""
        return unseal(self.name_sealed)

    @name.setter
    def name(self, name: str) -> None:
        self.name_sealed = seal(name)

    @property
    def value(self) -> str:
        """The full mobile or e-mail; empty when it cannot be read (any more)."""
        return unseal(self.value_sealed)

    @value.setter
    def value(self, value: str) -> None:
        self.value_sealed = seal(value)

    @property
    def is_open(self) -> bool:
        """Whether it is not known yet."""
        return self.state in OPEN

    @property
    def badge(self) -> str:
        """The name of the badge people see (apps/core/badges.py)."""
        return "unknown" if self.is_open else "done" if self.state == InviteeState.INVITED else "refused"
