"""One-time codes a customer reads out to agree to a redemption."""

from django.db import models

from apps.sandbox.models.people import Customer


class OneTimeCode(models.Model):
    """A code, how often it was sent and how often a wrong one was given for it.

    points is what it was last asked for; it holds for any amount. How long it holds and how many wrong ones it
    bears are switches, looked at when it is used. used_at: it has bought something and is worth nothing since.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(max_length=20)
    points = models.CharField(max_length=20, blank=True)
    issued_at = models.DateTimeField()
    sent = models.IntegerField(default=0)
    wrong = models.IntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "sandbox"
        indexes = [models.Index(fields=["customer", "id"], name="codes_of_customer")]
