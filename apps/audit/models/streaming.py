"""How far the trail has been sent to each place outside that listens to it."""

from django.db import models


class StreamCursor(models.Model):
    """One sink: every place of the log below `next_place` was taken by it, at least once.

    `failing_since` and `error` are of the tries since the last one that went well, `tries` counts them, and
    before `again_at` nobody tries. One worker at a time sends: `holder`, until `held_until`.
    """

    sink = models.CharField(max_length=20, unique=True)
    next_place = models.BigIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)
    tries = models.IntegerField(default=0)
    again_at = models.DateTimeField(null=True)
    holder = models.CharField(max_length=26, blank=True)
    held_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.sink}: next is place {self.next_place}"
