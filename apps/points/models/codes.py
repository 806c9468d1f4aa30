"""One-time codes that were asked for: that one went out and where to, never the code itself."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class CodeSending(models.Model):
    """One code sent to a customer, or tried to. Not knowing does no harm: it may be asked for again.

    sent_to  where the screen says it went, masked: ["•••••• 4711"]
    """

    class Outcome(models.TextChoices):
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        NOT_SENT = "not_sent", _("Not sent")
        UNKNOWN = "unknown", _("Not known")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    user_name = models.CharField(max_length=120)
    store = models.ForeignKey("staff.Store", on_delete=models.PROTECT, related_name="+")
    customer_id = models.BigIntegerField()
    points = models.DecimalField(max_digits=14, decimal_places=3)
    at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.SENDING)
    sent_to = models.JSONField(default=list)
    code = models.CharField("code of the answer", max_length=20, blank=True)
    message = models.CharField(max_length=300, blank=True)
    cap_request_id = models.CharField(max_length=80, blank=True)
    correlation = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["user", "customer_id", "-at"], name="codes_of_user")]
