"""Who may decide on a line: everybody who reviews where it is held, and is not the one it is about."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from apps.staff.models import Membership, User
from apps.staff.people.guarding import has_a_way_in
from apps.staff.review.reading import REVIEW, lines_decided_by, lines_seen_by
from apps.staff.review.rows import AccessReview, ReviewLine
from apps.staff.stores import stores_where

MOST_NAMED = 3


@dataclass(frozen=True)
class Left:
    """A line that waits for others. names are some of those who may decide; more, how many others there are."""

    line: ReviewLine
    names: Sequence[str]
    more: int = 0


def reviewers() -> list[User]:
    """Everybody who can sign in and reviews anywhere, by name, with their roles read. Two queries."""
    # Somebody who was invited and never came decides on nothing, and keeps no round open.
    came = Membership.objects.counting().filter(has_a_way_in()).values("user_id")
    people = User.objects.people().knowing_services().filter(is_active=True, pk__in=came)
    held: dict[int, list[Membership]] = defaultdict(list)
    for one in Membership.objects.counting().with_places().filter(user__in=people):
        held[one.user_id].append(one)
    found = list(people)
    for person in found:
        person.memberships_now = held[person.pk]
    return [one for one in found if one.has_perm(REVIEW)]


def may_decide(reviewer: User, line: ReviewLine) -> bool:
    """Whether this line is theirs to decide on, never their own nor those of programs of theirs."""
    if line.person_id in reviewer.hands:
        return False
    return reviewer.is_everywhere or line.store_id in stores_where(reviewer, REVIEW)


def left_to_others(user: User, review: AccessReview, most: int) -> tuple[list[Left], int]:
    """Undecided lines the person sees and does not decide on, with who may; and how many there are in all."""
    if not review.is_open:
        return [], 0
    theirs = lines_decided_by(user).filter(review=review).values("pk")
    lines = lines_seen_by(user).filter(review=review, decision="").exclude(pk__in=theirs)
    shown = list(lines[:most])
    if not shown:
        return [], 0
    who = reviewers()
    found = []
    for line in shown:
        names = [one.name for one in who if may_decide(one, line)]
        found.append(Left(line, names[:MOST_NAMED], max(0, len(names) - MOST_NAMED)))
    return found, len(shown) if len(shown) < most else lines.count()
