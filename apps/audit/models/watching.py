"""What the watch found unusual, for a person to look at, and how far it has looked."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class WatchItemQuerySet(models.QuerySet["WatchItem"]):
    """Items as sentences."""

    def waiting(self) -> "WatchItemQuerySet":
        """Those nobody has looked at."""
        return self.filter(looked_at=None)


class WatchItem(models.Model):
    """Something unusual with its evidence. `rule` is a registered name; `about` names who or what, for people.

    `mark` makes a finding unique: the same rule, person and day is one item whose evidence grows.
    `evidence` is {"entries": [ids], "total": …, "last": id, "counts": {…}}; it never holds an identifier in clear.
    Of a program it holds "behind" too: the account of whoever answers for it, who is named in `about` beside it.
    `looked_by_name` is a copy: it outlives the account.
    """

    rule = models.CharField(max_length=40)
    mark = models.CharField(max_length=160, unique=True)
    about = models.CharField(max_length=200)
    actor_id = models.BigIntegerField(null=True)
    store_code = models.CharField(max_length=40, blank=True)
    found_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    evidence = models.JSONField(default=dict)
    looked_at = models.DateTimeField(null=True)
    looked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    looked_by_name = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=500, blank=True)

    objects = WatchItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("watch item")
        verbose_name_plural = _("watch items")
        ordering = ["-found_at", "-pk"]
        indexes = [models.Index(fields=["looked_at", "-id"], name="watch_open")]

    def __str__(self) -> str:
        return f"{self.rule}: {self.about}"

    @property
    def number(self) -> str:
        """What the trail calls it: ``watch item 7``."""
        return f"watch item {self.pk}"


class WatchMark(models.Model):
    """How far the watch has looked. One row; it lives beside the entries, so that both go back in time together.

    seen     every entry up to this id was looked at when it was there
    low      behind this id no entry can still be committed
    counted  entries above `low` and up to `seen` at the last look: one more, and some came late
    """

    seen = models.BigIntegerField(default=0)
    low = models.BigIntegerField(default=0)
    counted = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"looked up to #{self.seen}"
