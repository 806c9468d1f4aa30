"""Who is told of events, and what they are to be told."""

from datetime import datetime
from urllib.parse import urlsplit

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ulid import ULID

from apps.staff.confirming.guard import both_named


def new_message_id() -> str:
    """What a receiver knows a message by that comes twice."""
    return f"msg_{ULID()}"


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def present(self) -> "EndpointQuerySet":
        """Those that were not removed."""
        return self.filter(removed_at=None)

    def listening(self) -> "EndpointQuerySet":
        """Those that are told of events now."""
        return self.present().filter(off_at=None)


class Endpoint(models.Model):
    """An address that is told of events.

    events         names of events.EVENTS
    secret         sealed; whoever adds the endpoint saw it once
    off_at         nothing is told from then on, off_words says why
    failing_since  the first failure after the last success
    asked_by_name  who asked for it, where a second person (made_by_name) confirmed it
    """

    name = models.CharField(max_length=80)
    url = models.CharField(max_length=500)
    events = models.JSONField(default=list)
    secret = models.TextField()
    made_by_name = models.CharField(max_length=120)
    asked_by_name = models.CharField(max_length=120, blank=True, default="")
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    off_at = models.DateTimeField(null=True)
    off_words = models.CharField(max_length=200, blank=True)
    failing_since = models.DateTimeField(null=True)
    last_ok_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def made_by_words(self) -> str:
        """Who added it, both people where there were two."""
        return both_named(self.asked_by_name, self.made_by_name)

    @property
    def host(self) -> str:
        """Where it leads, for those who may not see the whole address: many receivers put a secret into it."""
        return urlsplit(self.url).hostname or ""


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime) -> "DeliveryQuerySet":
        """Those to be sent now, the longest waiting first."""
        waiting = self.filter(state=Delivery.State.WAITING, next_try_at__lte=now, endpoint__removed_at=None)
        return waiting.filter(endpoint__off_at=None).select_related("endpoint").order_by("next_try_at", "pk")


class Delivery(models.Model):
    """One message for one endpoint: written with its event, sent until it arrives or three days are over.

    status  what the endpoint answered last, None without an answer; words the same in a sentence
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        PARKED = "parked", _("Not delivered")

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    message_id = models.CharField(max_length=40, default=new_message_id, unique=True)
    event = models.CharField(max_length=60)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    # From when its three days count: anew when somebody sends it again.
    begun_at = models.DateTimeField(default=timezone.now)
    next_try_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)
    words = models.CharField(max_length=200, blank=True)
    tried_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"], name="delivery_due", condition=models.Q(state="waiting")
            ),
            models.Index(fields=["endpoint", "-id"], name="delivery_of_endpoint"),
        ]

    def __str__(self) -> str:
        return self.message_id
