"""How often somebody who is not signed in tried something from one address within one minute."""

from django.db import models


class StrangerTries(models.Model):
    """Goes when its minute is told of, see apps/staff/strangers.py.

    address  the network it is counted by;  action  the entry that a single try is
    whom     how many of the tries that have no entry of their own were about which account, by its keyed hash in hex
    """

    address = models.GenericIPAddressField()
    action = models.CharField(max_length=60)
    minute = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)
    whom = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["address", "action", "minute"], name="stranger_tries_once"),
        ]

    def __str__(self) -> str:
        return f"{self.count} tries from {self.address}"
