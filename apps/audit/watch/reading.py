"""Items as people read them: open ones first, a page at a time, each with its evidence."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.audit.models import Entry, WatchItem
from apps.audit.narrative import Row, rows
from apps.audit.watch.rules import found_in_words, rule_named
from apps.core import reader
from apps.core.formats import clock, day

ROWS = 20
SHOWN = 50
# Where a page ends: an open item or one that was looked at, and its number.
CURSOR = re.compile(r"(?P<state>[ol])(?P<pk>[0-9]{1,18})")


@dataclass(frozen=True)
class Shown:
    """One item in words. `rest` is how much of the evidence is not among `rows`; `trail_url` leads to all of it."""

    item: WatchItem
    title: str
    rule: str
    period: str
    total: int
    rows: Sequence[Row] = ()
    trail_url: str = ""

    @property
    def rest(self) -> int:
        """How many entries of the evidence are not listed."""
        return max(0, self.total - len(self.rows))


def page_of(found: QuerySet[WatchItem], before: str) -> tuple[list[WatchItem], str]:
    """One page, open ones first, each newest first; and the cursor of the next, "" at the end."""
    cursor = CURSOR.fullmatch(before)
    waiting, looked = found.filter(looked_at=None), found.exclude(looked_at=None)
    if cursor and cursor["state"] == "o":
        waiting = waiting.filter(pk__lt=int(cursor["pk"]))
    if cursor and cursor["state"] == "l":
        waiting, looked = waiting.none(), looked.filter(pk__lt=int(cursor["pk"]))
    items = list(waiting.order_by("-pk")[: ROWS + 1])
    if len(items) <= ROWS:
        items += looked.order_by("-pk")[: ROWS + 1 - len(items)]
    shown = items[:ROWS]
    if len(items) <= ROWS:
        return shown, ""
    last = shown[-1]
    return shown, f"{'l' if last.looked_at else 'o'}{last.pk}"


def in_words(item: WatchItem) -> Shown:
    """What was found and when."""
    rule = rule_named(item.rule)
    counts = item.evidence.get("counts", {})
    return Shown(
        item=item,
        title=found_in_words(item.rule, item.about, counts),
        rule=str(rule.title) if rule else item.rule,
        period=_period(item),
        total=int(item.evidence.get("total", 0)),
    )


def with_evidence(item: WatchItem) -> Shown:
    """The same with its newest entries as sentences; those that are not there any more are left out."""
    told = in_words(item)
    ids = sorted(item.evidence.get("entries", []))[-SHOWN:]
    listed = rows(Entry.objects.filter(pk__in=ids).order_by("-id")) if ids else []
    return Shown(item, told.title, told.rule, told.period, told.total, listed, _trail_url(item))


def limits_of(item: WatchItem) -> list[tuple[str, Any]]:
    """The limits that held when it was found, by the words of their settings."""
    counts = item.evidence.get("counts", {})
    words = {
        "limit_a_day": _("in a day"),
        "limit_an_hour": _("within an hour"),
        "limit_in_a_row": _("in a row"),
        "limit_percent": _("percent"),
        "limit_entries": _("entries"),
        "limit_times": _("times what is usual"),
    }
    return [(words[name], counts[name]) for name in words if counts.get(name)]


def _trail_url(item: WatchItem) -> str:
    """Everything the person did on these days; only an account can be asked for."""
    if item.actor_id is None:
        return ""
    first, last = (reader.local(at).date() for at in (item.begins_at, item.ends_at))
    asked = {"person": item.actor_id, "from": first.isoformat(), "until": last.isoformat()}
    return f"{reverse('audit:trail')}?{urlencode(asked)}"


def _period(item: WatchItem) -> str:
    begins, ends = item.begins_at, item.ends_at
    if ends - begins < timedelta(minutes=1):
        return f"{day(begins)}, {clock(begins)}"
    if day(begins) == day(ends):
        times = {"day": day(begins), "from": clock(begins), "until": clock(ends)}
        return _("%(day)s, %(from)s to %(until)s") % times
    return _("%(from)s to %(until)s") % {"from": day(begins), "until": day(ends)}
