"""Whether the rights of people are looked through in time, and the last result is signed."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.formats import day
from apps.operations.health.check import Check
from apps.staff.review.rows import AccessReview


def access_review() -> Check:
    """The newest round: overdue, or closed and not signed, it asks for a look. One query."""
    title = gettext_lazy("Access review")
    newest = AccessReview.objects.first()
    if newest is None:
        return Check(title, "ok", _("No round yet."))
    words = {"number": newest.number, "day": day(newest.due_on)}
    if newest.is_overdue:
        return Check(title, "warn", _("%(number)s was due on %(day)s and is still open.") % words)
    if newest.is_open:
        return Check(title, "ok", _("%(number)s is open until %(day)s.") % words)
    if not newest.note:
        told = _("%(number)s is closed and not signed yet: a worker with the key of the log does so.")
        return Check(title, "warn", told % words)
    return Check(title, "ok", _("%(number)s is closed and signed.") % words)
