"""What both kinds of acts keep of their proof: seen again outside, or missed."""

from datetime import datetime

from django.db import models
from django.db.models import Q

# Done by word of the outside, and not seen there in time.
NOT_PROVED = Q(proved_at=None, missed_at__isnull=False)


def due_for_proof(now: datetime) -> Q:
    """To be looked for now."""
    return Q(proved_at=None, next_proof_at__lte=now)


class Provable(models.Model):
    """Something the outside said it did, looked for until it is seen.

    proof_due_at  it should be seen by then;  missed_at  its time was over and it was not: red, still looked for
    proof         what was seen: {"listed": id of the list, "ledger": id of the entry, "at": …}
    proof_key     the ledger's entry, taken once: it proves nothing else
    causes        why it is missing, as codes: listed, ledger, unread
    """

    next_proof_at = models.DateTimeField(null=True)
    proof_due_at = models.DateTimeField(null=True)
    proof_looks = models.PositiveSmallIntegerField(default=0)
    proved_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)
    proof = models.JSONField(default=dict)
    proof_key = models.CharField(max_length=60, blank=True)
    causes = models.JSONField(default=list)

    class Meta:
        abstract = True

    @property
    def is_not_proved(self) -> bool:
        """Shown in red: nobody has seen it in its time, nor since."""
        return self.proved_at is None and self.missed_at is not None


def to_prove_index(name: str) -> models.Index:
    """The index a sweep for proof reads."""
    return models.Index(fields=["next_proof_at"], name=name, condition=Q(next_proof_at__isnull=False))


def proof_once(name: str) -> models.UniqueConstraint:
    """One entry of the ledger proves one act."""
    return models.UniqueConstraint(fields=["proof_key"], condition=~Q(proof_key=""), name=name)
