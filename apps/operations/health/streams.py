"""Whether the places that listen to the trail take it."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audit.models import StreamCursor
from apps.audit.streaming import records, sinks
from apps.core.formats import age, number
from apps.operations.health.check import Check

# A sink that is started anew is away for a moment.
PATIENCE = timedelta(minutes=5)
# More than is sealed in some minutes of a busy house.
FAR_BEHIND = 50_000


def streams() -> Check:
    """The one that is worst off; two queries, none where nobody listens."""
    title = gettext_lazy("Sending the trail")
    names = [one.name for one in sinks.configured()]
    if not names:
        return Check(title, "ok", _("The trail is sent nowhere else."))
    now = timezone.now()
    cursors = {one.sink: one for one in StreamCursor.objects.filter(sink__in=names)}
    failing = [one for one in cursors.values() if one.failing_since]
    if failing:
        worst = min(failing, key=lambda one: one.failing_since or now)
        since = worst.failing_since or now
        words = _("%(sink)s has taken nothing for %(age)s: %(error)s. It is tried again by itself.")
        told = {"sink": worst.sink, "age": age(since, "bare"), "error": worst.error}
        return Check(title, "bad" if now - since > PATIENCE else "warn", words % told)
    size = records.size()
    behind = {name: size - (cursors[name].next_place if name in cursors else 0) for name in names}
    name = max(behind, key=lambda one: behind[one])
    if behind[name] > FAR_BEHIND:
        words = _("%(sink)s is %(count)s entries behind.")
        return Check(title, "warn", words % {"sink": name, "count": number(behind[name])})
    words = _("Up to %(count)s sealed entries are still to be sent to: %(names)s.")
    if not behind[name]:
        words = _("Everything sealed was taken by: %(names)s.")
    return Check(title, "ok", words % {"count": number(behind[name]), "names": ", ".join(names)})
