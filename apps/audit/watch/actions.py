"""What the watch writes into the trail, and how it reads."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.audit.actions import register
from apps.audit.watch import looking  # noqa: F401 with it every rule is known
from apps.audit.watch.rules import found_in_words


def _found(facts: Mapping[str, Any]) -> Mapping[str, str]:
    counts = facts.get("counts")
    return {
        "found": found_in_words(
            str(facts.get("rule", "")),
            str(facts.get("about", "")),
            counts if isinstance(counts, Mapping) else {},
        )
    }


register("watch.viewed", _("%(actor)s read what the watch found: %(filters)s."), icon="bell", family="watch")
register("watch.item.opened", _("%(actor)s opened %(subject)s (%(about)s)."), icon="eye", family="watch")
register(
    "watch.item.raised",
    _("The watch found something unusual (%(subject)s). %(found)s"),
    icon="alert-triangle",
    family="watch",
    in_words=_found,
)
register(
    "watch.item.looked_at",
    _("%(actor)s looked at %(subject)s (%(about)s): %(reason)s"),
    icon="circle-check",
    family="watch",
    reason=True,
)
register(
    "watch.item.not_marked",
    _("%(actor)s could not mark %(subject)s: %(reason)s"),
    icon="lock",
    family="watch",
    reason=True,
)
