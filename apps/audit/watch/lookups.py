"""Many customers looked up or opened by one person or program, and nothing done for them."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.audit.watch.acts import Act
from apps.audit.watch.rules import Counts, Finding, Rule, limit, register
from apps.audit.watch.stretches import Stretch, days_of
from apps.core.formats import number

HOUR = timedelta(hours=1)


def judge(stretch: Stretch) -> Iterator[Finding]:
    """Customers without anything done for them on the same day; each typed value that found nobody counts too."""
    served = {act.customer for act in stretch.acts if act.customer and act.does_something}
    first: dict[str, Act] = {}
    for act in stretch.fresh:
        if act.is_look and act.customer not in served and (act.customer or act.outcome == "not_done"):
            first.setdefault(act.customer or f"nobody: {act.subject}", act)
    acts = list(first.values())
    # A till or a page of a shop shows points all day and does nothing: it has limits of its own.
    whose = "program_" if stretch.is_program else ""
    a_day, an_hour = limit(f"{whose}lookups_a_day"), limit(f"{whose}lookups_an_hour")
    busiest = most_within(acts, HOUR)
    if (a_day and len(acts) >= a_day) or (an_hour and busiest >= an_hour):
        nobody = sum(not act.customer for act in acts)
        yield Finding(
            acts,
            {
                "looked": len(acts),
                "nobody": nobody,
                "in_an_hour": busiest,
                "limit_a_day": a_day,
                "limit_an_hour": an_hour,
            },
        )


def most_within(acts: Sequence[Act], span: timedelta) -> int:
    """The most of these acts that lie within any time of this length."""
    most = start = 0
    for end, act in enumerate(acts):
        while act.at - acts[start].at > span:
            start += 1
        most = max(most, end - start + 1)
    return most


def words(name: str, counts: Counts) -> str:
    """The finding as a sentence."""
    told = ngettext(
        "%(name)s looked up %(count)s customer and did nothing for them; at most %(busiest)s within an hour.",
        "%(name)s looked up %(count)s customers and did nothing for them; at most %(busiest)s within an hour.",
        counts["looked"],
    )
    return told % {"name": name, "count": number(counts["looked"]), "busiest": number(counts["in_an_hour"])}


register(
    Rule(
        "lookups",
        _("Looked up, nothing done"),
        _(
            "Many customers looked up or opened by one person, or very many by one program, in a day or an hour "
            "without a note, a verification, goodwill, a redemption or anything else for them on the same day."
        ),
        days_of,
        judge,
        words,
        ("lookups_a_day", "lookups_an_hour", "program_lookups_a_day", "program_lookups_an_hour"),
    )
)
