"""What administrators set: reasons, series, limits, budgets and times."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.goodwill.models.kinds import Kind


class ReasonQuerySet(models.QuerySet["Reason"]):
    def offered(self) -> "ReasonQuerySet":
        """Those a person may choose now, in the administrator's order."""
        return self.filter(is_active=True).order_by("position", "title")


class Reason(models.Model):
    """Why goodwill is given. needs_words: choosing it demands words ("Other")."""

    code = models.SlugField(max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=80)
    needs_words = models.BooleanField(_("needs words"), default=False)
    is_active = models.BooleanField(_("offered"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)

    objects = ReasonQuerySet.as_manager()

    class Meta:
        ordering = ["position", "title"]

    def __str__(self) -> str:
        return self.title


class CouponSeriesQuerySet(models.QuerySet["CouponSeries"]):
    def offered(self) -> "CouponSeriesQuerySet":
        """Those a person may choose now."""
        return self.filter(is_active=True).order_by("name")


class CouponSeries(models.Model):
    """A series of coupons goodwill may be given from. outside_id is the series id of the outside."""

    outside_id = models.CharField(_("series id"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(_("offered"), default=True)

    objects = CouponSeriesQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "coupon series"

    def __str__(self) -> str:
        return self.name


class LimitRule(models.Model):
    """How much may be given on one's own authority, or decided on: for a role, a person, or a whole store.

    A person's own rule replaces that of their role. A store's rule holds besides, over everybody there.
    per_request, per_day (24 hours, rolling) and per_month (30 days, rolling): points, or coupons by number;
    None sets no bound. Without any rule for person or role there is no authority at all.
    """

    class Purpose(models.TextChoices):
        GIVE = "give", _("Give on one's own authority")
        DECIDE = "decide", _("Decide on requests")

    role = models.CharField(_("role"), max_length=40, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    store = models.ForeignKey(
        "staff.Store", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    purpose = models.CharField(_("for"), max_length=8, choices=Purpose.choices)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    per_request = models.DecimalField(
        _("per request"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    per_day = models.DecimalField(_("in 24 hours"), max_digits=14, decimal_places=3, null=True, blank=True)
    per_month = models.DecimalField(_("in 30 days"), max_digits=14, decimal_places=3, null=True, blank=True)

    class Meta:
        ordering = ["purpose", "kind", "id"]
        constraints = [
            models.CheckConstraint(
                name="limit_for_one_scope",
                condition=(
                    (~Q(role="") & Q(user=None, store=None))
                    | (Q(role="", store=None) & Q(user__isnull=False))
                    | (Q(role="", user=None) & Q(store__isnull=False))
                ),
            ),
            models.UniqueConstraint(
                fields=["purpose", "kind", "role"], condition=~Q(role=""), name="limit_of_role_once"
            ),
            models.UniqueConstraint(
                fields=["purpose", "kind", "user"], condition=Q(user__isnull=False), name="limit_of_user_once"
            ),
            models.UniqueConstraint(
                fields=["purpose", "kind", "store"],
                condition=Q(store__isnull=False),
                name="limit_of_store_once",
            ),
        ]


class Budget(models.Model):
    """What a store may give in a month (its first day). A month without its own takes the last one set."""

    store = models.ForeignKey("staff.Store", on_delete=models.CASCADE, related_name="+")
    month = models.DateField(_("from month"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=3)

    class Meta:
        ordering = ["store", "kind", "-month"]
        constraints = [
            models.UniqueConstraint(fields=["store", "month", "kind"], name="budget_once"),
            # By its text: with a Django function in a table's rules no other program could copy an SQLite file.
            models.CheckConstraint(condition=Q(month__endswith="-01"), name="budget_of_a_whole_month"),
        ]

    def save(self, *args: object, **kwargs: object) -> None:
        self.month = date(self.month.year, self.month.month, 1)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Escalation(models.Model):
    """Times and thresholds for a store; the row without a store holds for the others.

    due_minutes       a request should be decided by then
    escalate_minutes  after that long it goes to the deputy store too, whose managers may then decide
    second_threshold  points above which two different people decide; None means never
    proof_minutes     approved goodwill must be in the ledger by then
    """

    store = models.ForeignKey(
        "staff.Store", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    due_minutes = models.PositiveIntegerField(_("due after minutes"), default=240)
    escalate_minutes = models.PositiveIntegerField(_("escalated after minutes"), default=240)
    deputy_store = models.ForeignKey(
        "staff.Store", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    second_threshold = models.DecimalField(
        _("two people above"), max_digits=14, decimal_places=3, null=True, blank=True, default=Decimal(2000)
    )
    proof_minutes = models.PositiveIntegerField(_("credited within minutes"), default=15)

    class Meta:
        constraints = [models.UniqueConstraint(Coalesce("store", 0), name="escalation_once")]
