"""The result of a round is signed with the key of the audit log, so that nobody can alter it without being seen."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.log import keys
from apps.audit.log.locking import alone
from apps.audit.log.notes import BadNote
from apps.staff.review.rows import AccessReview

# No checkpoint and no hand-over of a log begins so: a signature for one stands for nothing else.
FIRST_LINE = "Access review of the console"


@dataclass(frozen=True)
class Verdict:
    """Whether the signature holds. key is the one that signed; words say what is wrong, or that it is right."""

    holds: bool
    words: str
    key: str = ""


def digest_of(review: AccessReview) -> str:
    """SHA-256 of the result as it is downloaded."""
    return hashlib.sha256(review.result.encode()).hexdigest()


def sign(review: AccessReview) -> bool:
    """Sign the result of a closed round, where the log's key is at hand; False where a worker has to.

    Outside of any transaction. Twice does no harm: the first signature stays.
    """
    if not keys.at_hand():
        return False
    with alone(wait=True):
        signer = keys.known_signer()
    with transaction.atomic():
        now = AccessReview.objects.select_for_update(of=("self",)).get(pk=review.pk)
        if not now.note and not now.is_open:
            now.note, now.signed_at = signer.sign(_text(now)), timezone.now()
            now.save(update_fields=["note", "signed_at"])
    review.refresh_from_db()
    return bool(review.note)


def sign_waiting() -> int:
    """Sign what a web process without the key has left. How many."""
    waiting = AccessReview.objects.filter(is_open=False, note="")
    return sum(sign(one) for one in waiting)


def verdict(review: AccessReview) -> Verdict:
    """Check the signature with the keys of the log, and the result against what was signed."""
    if not review.note:
        return Verdict(
            False, _("Not signed yet: a worker that holds the key of the log does so within a minute.")
        )
    try:
        known = [key for key, _since in keys.verifiers()]
    except BadNote as error:
        return Verdict(False, _("The keys of the log do not hold: %(why)s") % {"why": error})
    for key in reversed(known):
        try:
            text = key.check(review.note)
        except BadNote:
            continue
        if text != _text(review):
            return Verdict(
                False, _("The result is not the one that was signed: it was altered since."), str(key)
            )
        return Verdict(True, _("The signature holds: the result is as it was signed."), str(key))
    return Verdict(False, _("No key of the audit log has signed this."))


def _text(review: AccessReview) -> str:
    """What is signed: which round, from when to when, by whom closed, and the file."""
    lines = (
        FIRST_LINE,
        f"review {review.number}",
        f"opened {_utc(review.opened_at)} by {review.opened_by_name}",
        f"due {review.due_on.isoformat()}",
        f"closed {_utc(review.closed_at)} by {review.closed_by_name}",
        f"file sha256 {digest_of(review)}",
    )
    return "\n".join(" ".join(line.split()) for line in lines) + "\n"


def _utc(value: datetime | None) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value else ""
