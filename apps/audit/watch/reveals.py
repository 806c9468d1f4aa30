"""Many masked fields revealed by one person."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.audit.watch.rules import Counts, Finding, Rule, limit, register
from apps.audit.watch.stretches import Stretch, days_of
from apps.core.formats import number


def judge(stretch: Stretch) -> Iterator[Finding]:
    """What was revealed in a day; what did not load was not seen."""
    acts = [act for act in stretch.fresh if act.action.endswith(".revealed") and act.outcome == "done"]
    most = limit("reveals_a_day")
    if most and len(acts) >= most:
        customers = len({act.customer for act in acts})
        yield Finding(acts, {"revealed": len(acts), "customers": customers, "limit_a_day": most})


def words(name: str, counts: Counts) -> str:
    """The finding as a sentence."""
    told = ngettext(
        "%(name)s revealed %(count)s fields of %(customers)s customer.",
        "%(name)s revealed %(count)s fields of %(customers)s customers.",
        counts["customers"],
    )
    values = {"count": number(counts["revealed"]), "customers": number(counts["customers"])}
    return told % {"name": name, **values}


register(
    Rule(
        "reveals",
        _("Many reveals"),
        _("Many masked fields revealed by one person in a day."),
        days_of,
        judge,
        words,
        ("reveals_a_day",),
    )
)
