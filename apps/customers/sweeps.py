"""What the room looks for in its rows again and again."""

from apps.customers.kept import forget_kept
from apps.customers.recent import forget_old
from apps.customers.settling import settle_due
from apps.operations.sweeps import register

register("customers.settle_notes", settle_due, every_seconds=5)
register("customers.forget_recent", forget_old, every_seconds=600)
register("customers.forget_results", forget_kept, every_seconds=600)
