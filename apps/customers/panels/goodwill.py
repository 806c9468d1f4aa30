"""Goodwill as the outside keeps it: the list, and the sums of twelve months."""

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.capillary.types_points import GoodwillPage, GoodwillRow
from apps.customers.panels.registry import Asked, Panel, Values, register_panel
from apps.customers.panels.words import tidy_word

BADGES = {"APPROVED": "done", "PENDING": "waiting", "REJECTED": "refused"}
YEAR = timedelta(days=365)
MARK = re.compile(r"(?<!\w)LC[#/][0-9A-Z]{6,}(/[0-9A-Z]+)?(?!\w)")


@dataclass(frozen=True, slots=True)
class Row:
    """One request; badge is one of the fixed words, empty for a state the console does not know.

    said  what was written beside it, without the console's own marks
    """

    request: GoodwillRow
    kind: str
    badge: str
    state: str
    said: tuple[str, ...] = ()


def build_goodwill(asked: Asked, values: Values) -> dict[str, Any]:
    """All requests, newest first."""
    page: GoodwillPage = values["goodwill"]
    rows = _rows(page)
    if not rows:
        return _none()
    total = max(page.window.total or 0, len(rows))
    return {
        "rows": rows,
        "count": total,
        "summary": _("%(shown)s of %(total)s, newest first.") % {"shown": len(rows), "total": total},
    }


def build_sums(asked: Asked, values: Values) -> dict[str, Any]:
    """What was given in twelve months, what waits, and the last reason."""
    since = timezone.now() - YEAR
    rows = [
        row for row in _rows(values["goodwill"]) if row.request.added_at and row.request.added_at >= since
    ]
    if not rows:
        return {**_none(), "empty_title": _("No goodwill in 12 months.")}
    given = [row.request for row in rows if row.badge == "done"]
    points = [one.approved_value or Decimal(0) for one in given if one.type.upper() == "POINTS"]
    return {
        "points": sum(points, Decimal(0)),
        "acts": ngettext("in %(count)s act", "in %(count)s acts", len(points)) % {"count": len(points)},
        "coupons": sum(one.type.upper() == "COUPON" for one in given),
        "waiting": sum(row.badge == "waiting" for row in rows),
        "last": next((row for row in rows if row.request.reason), None),
        "count": len(rows),
    }


def _rows(page: GoodwillPage) -> list[Row]:
    oldest = timezone.now() - 100 * YEAR
    ordered = sorted(page.rows, key=lambda row: row.added_at or oldest, reverse=True)
    return [
        Row(
            row,
            tidy_word(row.type),
            BADGES.get(row.status.upper(), ""),
            tidy_word(row.status),
            tuple(filter(None, (_unmarked(row.comments), _unmarked(row.updated_comments)))),
        )
        for row in ordered
    ]


def _unmarked(words: str) -> str:
    """Without the mark by which the console finds its own request again."""
    return " ".join(MARK.sub(" ", words).split()) if MARK.search(words) else words


def _none() -> dict[str, Any]:
    return {
        "empty_title": _("No goodwill yet."),
        "empty_text": _("Points and coupons given as goodwill appear here."),
        "empty_icon": "gift",
        "count": 0,
    }


GOODWILL = register_panel(
    Panel(
        name="goodwill",
        title=gettext_lazy("Goodwill"),
        source="v2",
        template="customers/panels/goodwill.html",
        build=build_goodwill,
        flush=True,
        needs=("goodwill",),
    )
)
SUMS = register_panel(
    Panel(
        name="goodwill_sums",
        title=gettext_lazy("Goodwill, 12 months"),
        source="v2",
        template="customers/panels/goodwill_sums.html",
        build=build_sums,
        needs=("goodwill",),
        aside=True,
    )
)
