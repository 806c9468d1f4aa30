"""What is worth a second look: the invitations seen, and the signals found among them."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.referrals.models.invitees import Channel
from apps.staff.stores import stores_where

if TYPE_CHECKING:
    from apps.staff.models import User

VIEW = "staff.view_referral_signals"
MARK = "staff.mark_referral_signals"


class Sighting(models.Model):
    """One invitation as the console came to know it: sent here, or read in a customer's list. No identifier in clear.

    customer_id  who invites;  campaign  token, "" where it is not told
    till_code    as the outside names it;  invited_at  as the outside says, or when it was sent here
    user         who of the console sent it, None for those made elsewhere
    """

    customer_id = models.BigIntegerField()
    campaign = models.CharField(max_length=60, blank=True)
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=Channel.choices)
    mask = models.CharField(max_length=120)
    till_code = models.CharField(max_length=80, blank=True)
    invited_at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField(default=timezone.now)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer_id", "campaign", "digest"], name="sighting_once"),
        ]
        indexes = [
            models.Index(fields=["digest"], name="sightings_by_digest"),
            models.Index(fields=["till_code", "invited_at"], name="sightings_of_till"),
            models.Index(fields=["id"], name="sightings_to_judge", condition=Q(judged_at=None)),
        ]


class SignalKind(models.TextChoices):
    """What was noticed."""

    MANY_FROM_TILL = "many_from_till", _("Many invited from one till")
    SHARED_IDENTIFIER = "shared_identifier", _("Invited by several customers")
    STAFF_INVITED = "staff_invited", _("A colleague was invited")


class SignalQuerySet(models.QuerySet["Signal"]):
    """Signals as sentences."""

    def visible_to(self, user: "User") -> "SignalQuerySet":
        """Those of own stores; all of them for a role held everywhere."""
        if user.is_everywhere:
            return self if user.has_perm(VIEW) else self.none()
        return self.filter(
            pk__in=self.model.stores.through.objects.filter(store__in=stores_where(user, VIEW)).values(
                "signal"
            )
        )

    def waiting(self) -> "SignalQuerySet":
        """Nobody has looked at these."""
        return self.filter(looked_at=None)

    def locked(self, pk: int) -> "Signal":
        """This one, held until the transaction ends."""
        return self.select_for_update(of=("self",)).get(pk=pk)


class Signal(models.Model):
    """Something noticed about invitations. Nothing follows of it by itself.

    about      what it is about, without a number: "till:till.012.01", "shared:<digest>", "staff:<digest>"
    key        about and which time it was noticed: a signal that was looked at comes again when there is more of it
    size       how much of it: people invited from the till, customers who invited the identifier
    stores     whose managers see it: those of the tills
    evidence   masked, for the screen: {"till", "from", "until", "people": names of the console's people,
               "customers": [ids], "rows": [{"mask", "customer_id", "at", "till"}] (at most 50), "colleague": name}
    involved   ids of the console's people who sent or are one of them: none of them marks it
    """

    Kind = SignalKind

    kind = models.CharField(max_length=20, choices=SignalKind.choices)
    about = models.CharField(max_length=120)
    key = models.CharField(max_length=130, unique=True)
    size = models.PositiveIntegerField()
    till_code = models.CharField(max_length=80, blank=True)
    stores = models.ManyToManyField("staff.Store", related_name="+")
    evidence = models.JSONField(default=dict)
    involved = models.JSONField(default=list)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    found_at = models.DateTimeField(default=timezone.now)
    looked_at = models.DateTimeField(null=True)
    looked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    looked_by_name = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=300, blank=True)

    objects = SignalQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["about", "-id"], name="signals_about"),
            models.Index(fields=["-id"], name="signals_waiting", condition=Q(looked_at=None)),
        ]
