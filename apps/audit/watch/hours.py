"""Work of one person outside working hours."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.audit.watch.rules import Counts, Finding, Rule, limit, register
from apps.audit.watch.stretches import Stretch, days_of
from apps.core import reader
from apps.core.formats import number


def judge(stretch: Stretch) -> Iterator[Finding]:
    """Looking at customers counts as work; signing in and reading the trail do not. Programs have no hours."""
    least = limit("outside_hours_a_day")
    if not least or not limit("hours") or stretch.is_program:
        return
    acts = [act for act in stretch.fresh if act.is_work and not is_working_time(act.at)]
    if len(acts) >= least:
        times = {"first": _clock(acts[0].at), "last": _clock(acts[-1].at)}
        yield Finding(acts, {"outside": len(acts), **times, "limit_a_day": least})


def is_working_time(at: datetime) -> bool:
    """Whether this lies in the hours of its day, or in those of the day before that go past midnight."""
    local = timezone.localtime(at)
    today, yesterday = local.weekday(), (local - timedelta(days=1)).weekday()
    now = local.time().replace(tzinfo=None)
    for days, begins, ends in limit("hours"):
        if begins < ends:
            if today in days and begins <= now < ends:
                return True
        elif (today in days and now >= begins) or (yesterday in days and now < ends):
            return True
    return False


def _clock(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M}"


def words(name: str, counts: Counts) -> str:
    """The finding as a sentence."""
    told = ngettext(
        "%(name)s did %(count)s thing outside working hours, at %(first)s.",
        "%(name)s did %(count)s things outside working hours, from %(first)s to %(last)s.",
        counts["outside"],
    )
    # These are hours of the house: said where the page shows another clock.
    zone = f" ({reader.other_zone()})" if reader.other_zone() else ""
    many = counts["outside"] != 1
    return told % {
        "name": name,
        "count": number(counts["outside"]),
        "first": counts["first"] + ("" if many else zone),
        "last": counts["last"] + zone,
    }


register(
    Rule(
        "hours",
        _("Outside working hours"),
        _(
            "Work of one person outside the working hours; looking at customers counts, reading the trail does not."
        ),
        days_of,
        judge,
        words,
        ("outside_hours_a_day",),
    )
)
