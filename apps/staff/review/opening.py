"""A round begins: by the clock every so many months, or by an administrator."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.audit.actor import Actor, system_actor
from apps.audit.models import Entry
from apps.audit.services import record
from apps.core.context import new_reference, use_reference
from apps.core.errors import Conflict
from apps.staff.actors import PROGRAM
from apps.staff.api.scopes import SCOPES
from apps.staff.duties import collisions_in_words
from apps.staff.models import ApiKey, Membership, User
from apps.staff.people.guarding import hold_actor
from apps.staff.review.rows import AccessReview, ReviewLine

# Further back nobody looks for the last act: a right that was not used for so long is not in use.
LOOKS_BACK = timedelta(days=400)
# Being in the console is no use of a role.
NO_USE = (
    *("staff.signed_in", "staff.signed_out", "staff.refused"),
    *("staff.store_switched", "staff.preferences_changed"),
)


def open_due() -> int:
    """Open a round when it is time: asked by the clock again and again. How many were opened."""
    if not is_due(timezone.localdate()):
        return 0
    with use_reference(new_reference()):
        try:
            open_review(actor=system_actor("Access review"))
        except Conflict:
            # Another worker was faster.
            return 0
    return 1


def is_due(today: date) -> bool:
    """Whether so many months have passed since the last round, or since the first person came to a new house."""
    months = settings.CONSOLE_ACCESS_REVIEW_MONTHS
    if not months or AccessReview.objects.filter(is_open=True).exists():
        return False
    last = AccessReview.objects.aggregate(at=Max("opened_at"))["at"]
    since = last or User.objects.aggregate(at=Min("joined_at"))["at"]
    return bool(since and today >= months_later(timezone.localdate(since), months))


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months later; the month's last day where it has none of that number."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def open_review(*, actor: Actor) -> AccessReview:
    """A round with a line for every right that counts at this moment.

    Raises: Conflict while another one is open; Refused for somebody who may not any more
    """
    due_on = timezone.localdate() + timedelta(days=settings.CONSOLE_ACCESS_REVIEW_DAYS)
    try:
        with transaction.atomic():
            hold_actor(actor)
            review = AccessReview.objects.create(opened_by_name=actor.name, due_on=due_on)
            lines = _lines(review)
            ReviewLine.objects.bulk_create(lines, batch_size=200)
            details = {"rights": len(lines), "due": due_on.isoformat()}
            record("staff.review.opened", actor=actor, subject=review.number, details=details)
    except IntegrityError as error:
        raise Conflict(
            _("A review is open already."), next_step=_("Finish it before another one begins.")
        ) from error
    return review


def _lines(review: AccessReview) -> list[ReviewLine]:
    held = Membership.objects.counting().with_places().select_related("user").order_by("user__name", "pk")
    # A person who was deactivated may come back; a program whose key was revoked never does.
    held = held.exclude(user__kind=User.Kind.SERVICE, user__is_active=False)
    people: dict[int, list[Membership]] = defaultdict(list)
    for one in held:
        people[one.user_id].append(one)
    return [line for theirs in people.values() for line in _lines_of(review, theirs)]


def _lines_of(review: AccessReview, theirs: list[Membership]) -> list[ReviewLine]:
    person = theirs[0].user
    acts, program = _last_acts(person), _Program(person) if person.is_service else None
    conflicts = collisions_in_words({one.role: one.as_role for one in theirs}.values())
    return [
        ReviewLine(
            review=review,
            person=person,
            person_name=person.name,
            person_email=person.email,
            was_active=person.is_active,
            membership_id=one.pk,
            role_title=one.as_role.title,
            store=one.store,
            store_code=one.store.code if one.store else "",
            ends_on=one.ends_on,
            given_by_name=one.given_by_name,
            asked_by_name=one.asked_by_name,
            given_at=one.given_at,
            last_sign_in=program.last_use if program else person.last_login,
            last_act_at=acts.get(
                (PROGRAM if program else one.as_role.title, one.store.code if one.store else "")
            ),
            conflicts=conflicts,
            scopes=program.scopes if program else "",
        )
        for one in theirs
    ]


class _Program:
    """What the keys of a program that were not revoked may do, in the trail's own language, and their last use."""

    def __init__(self, account: User) -> None:
        keys = list(ApiKey.objects.filter(service=account, revoked_at=None))
        codes = {code for one in keys for code in one.scopes}
        with override(None):
            names = [str(scope.name) for code, scope in SCOPES.items() if code in codes]
        # A program without a key that lives stays a program.
        self.scopes = "; ".join(names) or "none"
        self.last_use = max((one.last_used_at for one in keys if one.last_used_at), default=None)


def _last_acts(person: User) -> dict[tuple[str, str], datetime]:
    """(Role, store code) → when the person last did something in that role there. One query."""
    acts = Entry.objects.filter(actor_id=person.pk, call_id="", at__gte=timezone.now() - LOOKS_BACK)
    rows = acts.exclude(action__in=NO_USE).order_by().values_list("actor_role", "store_code")
    return {(role, store): at for role, store, at in rows.annotate(last=Max("at"))}
