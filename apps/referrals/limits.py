"""How many people somebody may invite within 24 hours, counted under a lock."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.errors import Refused
from apps.core.kept import moment
from apps.operations.models import Item, Operation
from apps.operations.work.states import LEFT, State
from apps.referrals.models import Invitee
from apps.referrals.models.invitees import TAKEN
from apps.referrals.ruling import rules_for
from apps.referrals.telling import people
from apps.staff.models import Store, User

DAY = timedelta(hours=24)
# Files that may run, or go on, without anybody being asked again.
HOLDING = (State.READY, State.RUNNING, State.PAUSED)


def left_today(user: User, store: Store | int | None) -> int | None:
    """How many people this person may still invite now; None: any number. Two queries."""
    most = rules_for(store).per_person_a_day
    return None if most is None else max(0, most - _used(user).count())


def check_limit(user: User, store: Store, count: int) -> None:
    """Raises Refused when so many more are too many. Inside the transaction that writes them: the person's row is
    locked, so that two forms at the same moment are counted one after the other."""
    most = rules_for(store).per_person_a_day
    if most is None:
        return
    # Without "no key" the rows that name this person could not be written while we count.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    used = _used(user)
    taken = used.count()
    left = max(0, most - taken)
    if count <= left:
        return
    again = ""
    if count <= most:
        # So many of the oldest have to be a day old before there is room for all of these.
        begun = used.order_by("invitation__started_at").values_list("invitation__started_at", flat=True)
        when = moment(begun[taken + count - most - 1] + DAY)
        again = _("There is room for all of them from %(when)s.") % {"when": when}
    raise Refused(
        _("You may invite %(most)s within 24 hours, and %(left)s more now.")
        % {"most": people(most), "left": left},
        next_step=again or _("Take rows out, or leave them to somebody else."),
        field="rows",
    )


def left_for_file(user: User, operation: Operation) -> int | None:
    """How many people a file may still invite for this person, beside what is left of their other files; None: any
    number. Inside the transaction that lets it run: the person's row is locked, so that of two files each sees the
    other."""
    if rules_for(operation.store).per_person_a_day is None:
        return None
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    left = left_today(user, operation.store)
    others = Operation.objects.filter(kind=operation.kind, requested_by=user, state__in=HOLDING)
    held = Item.objects.filter(operation__in=others.exclude(pk=operation.pk), state__in=LEFT).count()
    return None if left is None else max(0, left - held)


def _used(user: User) -> QuerySet[Invitee]:
    """Those that were invited or may have been; whoever was refused does not count."""
    return Invitee.objects.filter(
        invitation__user=user, invitation__started_at__gt=timezone.now() - DAY, state__in=TAKEN
    )
