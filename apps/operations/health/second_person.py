"""Whether roles, rules and limits change by two people, and whether there are two."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.formats import age
from apps.operations.health.check import Check
from apps.staff.confirming import guard, kinds
from apps.staff.confirming.deciders import people_who_may
from apps.staff.confirming.models import ProposedChange

FEWEST = 2


def second_person() -> Check:
    """Switched off, or with nobody to confirm, it asks for a look. A query for each permission that confirms."""
    title = gettext_lazy("Second person")
    if not guard.is_on():
        words = _("One person alone changes roles, rules and limits: CONSOLE_SECOND_PERSON is switched off.")
        return Check(title, "warn", words)
    permissions = sorted({one.confirmed_with for one in kinds.registered()})
    fewest = min((people_who_may(one).count() for one in permissions), default=0)
    if fewest < FEWEST:
        words = _(
            "Changes of roles, rules and limits need two people who may, and there is %(count)s: nothing can be "
            "confirmed. Add one with manage.py create_administrator, or set CONSOLE_SECOND_PERSON=false."
        )
        return Check(title, "warn", words % {"count": fewest})
    waiting = list(ProposedChange.objects.waiting().order_by("asked_at").values_list("asked_at", flat=True))
    if not waiting:
        return Check(title, "ok", _("Changes are confirmed by a second person; none waits."))
    words = ngettext(
        "%(count)s change waits for a second person, since %(age)s.",
        "%(count)s changes wait for a second person, the oldest since %(age)s.",
        len(waiting),
    )
    return Check(title, "ok", words % {"count": len(waiting), "age": age(waiting[0], "bare")})
