"""The end of a round: every right was decided on, and the result is written down once and for all."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.cells import csv_pieces
from apps.core.errors import Conflict, Missing
from apps.staff.models import Membership
from apps.staff.people.guarding import hold_actor
from apps.staff.review.reviewers import may_decide, reviewers
from apps.staff.review.rows import AccessReview, ReviewLine
from apps.staff.review.signing import digest_of

Decision = ReviewLine.Decision
HEADER = (
    "person",
    "email",
    "active",
    "role",
    "store",
    "last_day",
    "given_by",
    "given_at",
    "last_sign_in",
    "last_act",
    "conflicts",
    "decision",
    "reason",
    "reviewer",
    "reviewer_role",
    "decided_at",
    "asked_by",
    "kind",
    "scopes",
)


def close_review(*, actor: Actor, pk: int) -> AccessReview:
    """Close a round in which everything is decided. Rights that only their holder could have decided on are said so.

    Raises: Missing; Conflict while others still have to decide, and when it is closed; Refused
    """
    with transaction.atomic():
        hold_actor(actor)
        review = AccessReview.objects.select_for_update(of=("self",)).filter(pk=pk).first()
        if review is None:
            raise Missing(_("There is no such review."))
        if not review.is_open:
            raise Conflict(_("This review is closed already."))
        settle_ended(review)
        _settle_undecidable(review)
        if left := review.lines.filter(decision="").count():
            raise Conflict(
                ngettext(
                    "%(count)s right is not decided on yet.", "%(count)s rights are not decided on yet.", left
                )
                % {"count": left},
                next_step=_("Its page says which, and who may decide on them. Close the review then."),
            )
        review.is_open, review.closed_at, review.closed_by_name = False, timezone.now(), actor.name
        review.result = b"".join(csv_pieces(_table(review))).decode()
        review.save()
        details = {**counts_of(review), "file_sha256": digest_of(review)}
        record("staff.review.closed", actor=actor, subject=review.number, details=details)
    return review


def settle_ended(review: AccessReview) -> int:
    """Say of undecided lines whose right has ended by itself or on a person's page that it has. How many.

    Somebody who was moved holds another right: where they work now others decide, in the next round.
    """
    still = Membership.objects.counting().filter(pk=OuterRef("membership_id"))
    gone = review.lines.filter(decision="").exclude(
        Exists(still.filter(Q(store=OuterRef("store")) | Q(store=None)))
    )
    return gone.update(decision=Decision.ENDED, decided_at=timezone.now())


def counts_of(review: AccessReview) -> dict[str, int]:
    """Lines by decision."""
    found = Counter(review.lines.values_list("decision", flat=True))
    return {name: found.get(name, 0) for name in ("keep", "remove", "ended", "nobody")}


def _settle_undecidable(review: AccessReview) -> None:
    """A house with one administrator cannot have their rights reviewed by another: that is said, and not kept open."""
    who = reviewers()
    for line in review.lines.filter(decision=""):
        if not any(may_decide(one, line) for one in who):
            line.decision, line.decided_at = Decision.NOBODY, timezone.now()
            line.save(update_fields=["decision", "decided_at"])


def _table(review: AccessReview) -> Iterator[list[object]]:
    """The lines as they stay: times in UTC, decisions as their codes."""
    yield list(HEADER)
    for one in review.lines.select_related("person"):
        yield [
            one.person_name,
            one.person_email,
            _active(one),
            one.role_title,
            one.store_code or "all",
            one.ends_on or "",
            one.given_by_name,
            _time(one.given_at),
            _time(one.last_sign_in),
            _time(one.last_act_at),
            one.conflicts,
            one.decision,
            one.reason,
            one.decided_by_name,
            one.decided_by_role,
            _time(one.decided_at),
            one.asked_by_name,
            "program" if one.is_program else "person",
            one.scopes,
        ]


def _active(line: ReviewLine) -> str:
    """``yes`` or ``no``; ``invited`` for somebody who never set a password and never came."""
    if not line.was_active:
        return "no"
    came = line.is_program or line.last_sign_in or line.person is None or line.person.has_usable_password()
    return "yes" if came else "invited"


def _time(value: datetime | None) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value else ""
