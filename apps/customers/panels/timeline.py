"""The timeline of the overview: bills, redemptions, reversals and goodwill in one row, newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.capillary.types_activity import Transaction
from apps.capillary.types_points import GoodwillRow, PointsRedemption
from apps.core import formats
from apps.customers.panels.registry import Asked, Panel, Values, register_panel
from apps.customers.panels.words import currency_of, day_heading, day_of

SHOWN = 12
PARTS = {
    "latest_bills": gettext_lazy("transactions"),
    "latest_redemptions": gettext_lazy("redemptions"),
    "goodwill": gettext_lazy("goodwill"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, as components/timeline.html draws it."""

    at: datetime
    icon: str
    tone: str
    text: str
    note: str
    amount: str = ""
    amount_note: str = ""

    @property
    def day(self) -> str:
        """The heading it stands under."""
        return day_heading(day_of(self.at))


def build_timeline(asked: Asked, values: Values) -> dict[str, Any]:
    """What came of the three lists; a list that did not come is named, so that a gap is no answer."""
    events = sorted(_events(values), key=lambda event: event.at, reverse=True)
    missing = [str(words) for name, words in PARTS.items() if values.get(name) is None]
    if not events and not missing:
        return {
            "empty_title": _("Nothing happened yet."),
            "empty_text": _("Purchases, redemptions and goodwill appear here."),
            "empty_icon": "history",
        }
    return {"entries": events[:SHOWN], "missing": ", ".join(missing), "more": len(events) > SHOWN}


def _events(values: Values) -> Iterator[Event]:
    bills, spent, given = (values.get(name) for name in PARTS)
    for bill in bills.transactions if bills else ():
        if bill.billed_at:
            yield _bill(bill, bill.billed_at)
    for redemption in spent.points if spent else ():
        yield from _redemption(redemption)
    for row in given.rows if given else ():
        if row.added_at:
            yield _goodwill(row, row.added_at)


def _bill(bill: Transaction, at: datetime) -> Event:
    amount = formats.money(bill.amount, currency_of(bill.currency))
    store = bill.store_name or bill.store_code
    back = bool(bill.return_type)
    words = {"amount": amount, "store": store}
    if store:
        text = (
            _("Return %(amount)s at %(store)s") if back else _("Purchase %(amount)s at %(store)s")
        ) % words
    else:
        text = (_("Return %(amount)s") if back else _("Purchase %(amount)s")) % words
    return Event(
        at,
        "arrow-back-up" if back else "shopping-bag",
        "",
        text,
        _note(at, _("bill %(number)s") % {"number": bill.number} if bill.number else ""),
        formats.signed(bill.points_issued) if bill.points_issued else "",
    )


def _redemption(redemption: PointsRedemption) -> Iterator[Event]:
    where = str(redemption.store or redemption.till or redemption.redeemed_where or "")
    points = formats.points(redemption.points)
    if redemption.redeemed_at:
        yield Event(
            redemption.redeemed_at,
            "coins",
            "",
            _("%(points)s redeemed at %(where)s") % {"points": points, "where": where}
            if where
            else _("%(points)s redeemed") % {"points": points},
            _note(redemption.redeemed_at, redemption.id),
            formats.signed(-redemption.points) if redemption.points is not None else "",
        )
    for reversal in redemption.reversals:
        if reversal.reversed_at:
            yield Event(
                reversal.reversed_at,
                "arrow-back-up",
                "info",
                _("%(points)s reversed of %(id)s")
                % {"points": formats.points(reversal.points), "id": redemption.id},
                _note(reversal.reversed_at, ""),
                formats.signed(reversal.points),
            )


def _goodwill(row: GoodwillRow, at: datetime) -> Event:
    state = row.status.upper()
    by = str(row.added_by or "")
    if state == "APPROVED":
        text, amount, note = _given(row), formats.signed(row.approved_value) if _is_points(row) else "", ""
        icon, tone = "gift", "ok"
    elif state == "REJECTED":
        text, amount, note, icon, tone = _("Goodwill refused"), "", "", "circle-x", "bad"
    else:
        text, amount, note, icon, tone = (
            _("Goodwill asked"),
            _("asked"),
            _("not credited"),
            "hourglass",
            "warn",
        )
    about = " · ".join(part for part in (row.reason, by) if part)
    return Event(at, icon, tone, text, _note(at, about), amount, note)


def _is_points(row: GoodwillRow) -> bool:
    return row.kind.upper() == "POINTS" and row.approved_value is not None


def _given(row: GoodwillRow) -> str:
    if _is_points(row):
        return _("%(points)s given as goodwill") % {"points": formats.points(row.approved_value)}
    kinds = {
        "POINTS": _("Points given as goodwill, amount not told"),
        "COUPON": _("Coupon given as goodwill"),
    }
    return kinds.get(row.kind.upper(), _("Goodwill given"))


def _note(at: datetime, about: str) -> str:
    said = f"{formats.day(at)}, {formats.clock(at)}"
    return f"{said} · {about}" if about else said


TIMELINE = register_panel(
    Panel(
        name="timeline",
        title=gettext_lazy("Timeline"),
        source="v1.1, v2",
        template="customers/panels/timeline.html",
        build=build_timeline,
        wants=tuple(PARTS),
    )
)
