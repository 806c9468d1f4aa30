"""What administrators set for inviting: the campaigns there are, how many people, and what makes a signal."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

# The most rows one call takes, whatever the rules say.
MOST_ROWS = 200


class CampaignQuerySet(models.QuerySet["Campaign"]):
    """Campaigns as sentences."""

    def offered(self) -> "CampaignQuerySet":
        """Those people can be invited to."""
        return self.filter(is_active=True)


class Campaign(models.Model):
    """A referral campaign of the organisation. No call lists them, so an administrator names them here.

    token      as Capillary knows it;  title  as people know it
    is_active  offered for inviting; one that is not is still read, so that its invited people are shown
    """

    token = models.CharField(_("token"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=120)
    is_active = models.BooleanField(_("offered"), default=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-is_active", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(token="") & ~Q(title=""), name="campaign_is_named")
        ]

    def __str__(self) -> str:
        return self.title


class InviteRules(models.Model):
    """How people are invited from a store; the row without a store holds for the others.

    per_person_a_day  how many people one person of the console may invite within 24 hours; None: any number
    per_call_most     how many rows one form may have, at most 200
    burst_count, burst_minutes  so many invited from one till within so many minutes make a signal; 0: never
    shared_by         an identifier invited by so many customers makes a signal; 0: never
    """

    store = models.ForeignKey(
        "staff.Store", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    per_person_a_day = models.PositiveIntegerField(
        _("people a day"), null=True, blank=True, default=MOST_ROWS
    )
    per_call_most = models.PositiveSmallIntegerField(_("rows at once"), default=MOST_ROWS)
    burst_count = models.PositiveSmallIntegerField(_("invited from one till"), default=20)
    burst_minutes = models.PositiveIntegerField(_("within minutes"), default=60)
    shared_by = models.PositiveSmallIntegerField(_("invited by customers"), default=2)

    class Meta:
        verbose_name_plural = "invite rules"
        constraints = [
            models.UniqueConstraint(Coalesce("store", 0), name="invite_rules_once"),
            models.CheckConstraint(
                name="invite_rules_make_sense",
                condition=Q(per_call_most__gt=0, per_call_most__lte=MOST_ROWS, burst_minutes__gt=0)
                & ~Q(burst_count=1)
                & ~Q(shared_by=1),
            ),
        ]
