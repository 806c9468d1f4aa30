"""Whether other systems can be told of events."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.operations.health.check import Check
from apps.operations.webhooks.rows import Endpoint

MOST_NAMED = 5


def webhooks() -> Check:
    """Names the endpoints that fail, and those that are off. One query."""
    title = gettext_lazy("Webhooks")
    present = list(Endpoint.objects.present())
    failing = [one.name for one in present if one.failing_since and not one.off_at]
    off = [one.name for one in present if one.off_at]
    said = []
    if failing:
        said.append(_("These do not answer as they should: %(names)s.") % {"names": _names(failing)})
    if off:
        said.append(_("These are off and told of nothing: %(names)s.") % {"names": _names(off)})
    if said:
        return Check(title, "warn", " ".join(said))
    if not present:
        return Check(title, "ok", _("There are none."))
    return Check(title, "ok", _("All of them take what they are told."))


def _names(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    shown = ", ".join(names[:MOST_NAMED])
    return _("%(names)s and %(more)s more") % {"names": shown, "more": more} if more > 0 else shown
