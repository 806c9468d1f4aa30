"""Which lines of a round somebody may see and decide on, and how far it is."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from apps.staff.models import Membership, User
from apps.staff.review.rows import AccessReview, ReviewLine
from apps.staff.stores import stores_where

REVIEW = "staff.review_access"


@dataclass(frozen=True)
class Progress:
    """How many of how many lines are decided."""

    done: int
    total: int


def lines_seen_by(user: User) -> QuerySet[ReviewLine]:
    """All for whoever reads the trail, or reviews in all stores; else those of the stores where they review."""
    if user.has_perm("staff.view_trail") or (user.is_everywhere and user.has_perm(REVIEW)):
        return ReviewLine.objects.select_related("store")
    return ReviewLine.objects.select_related("store").filter(store__in=stores_where(user, REVIEW))


def lines_decided_by(user: User) -> QuerySet[ReviewLine]:
    """Those of open rounds that this person may decide on: never their own, nor those of programs of theirs."""
    if not user.has_perm(REVIEW):
        return ReviewLine.objects.none()
    theirs = ReviewLine.objects.select_related("store") if user.is_everywhere else lines_seen_by(user)
    return theirs.filter(review__is_open=True).exclude(person__in=user.hands)


def right_of(line: ReviewLine) -> Membership | None:
    """The right as it stood when the round began; None once it has ended, or is held in another store by now."""
    return (
        Membership.objects.counting().with_places().filter(pk=line.membership_id, store=line.store_id).first()
    )


def waiting_for(user: User) -> QuerySet[ReviewLine]:
    """Those they have not decided on yet."""
    return lines_decided_by(user).filter(decision="")


def progress_of(lines: QuerySet[ReviewLine], review: AccessReview) -> Progress:
    """How far these lines of a round are."""
    counted = lines.filter(review=review).aggregate(
        total=Count("pk"), open=Count("pk", filter=Q(decision=""))
    )
    return Progress(counted["total"] - counted["open"], counted["total"])


def overdue_for(user: User) -> AccessReview | None:
    """The round that is overdue and in which something waits for this person. One query."""
    line = waiting_for(user).select_related("review").first()
    return line.review if line and line.review.is_overdue else None
