"""What the room looks for in its rows, and outside, again and again."""

from apps.goodwill.escalating import escalate
from apps.goodwill.policy import approve_due
from apps.goodwill.proving import prove_credits
from apps.goodwill.settling import settle_unknown
from apps.goodwill.syncing import sync_pending
from apps.operations.sweeps import register

register("goodwill.settle_unknown", settle_unknown, every_seconds=5)
register("goodwill.approve_by_policy", approve_due, every_seconds=15)
register("goodwill.prove_credits", prove_credits, every_seconds=5)
register("goodwill.sync_pending", sync_pending, every_seconds=30)
register("goodwill.escalate", escalate, every_seconds=60)
