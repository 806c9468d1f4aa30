"""The tabs as links, with how many there are of what was loaded anyway, and a mark on what failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise

from apps.capillary.types_activity import CouponPage, TransactionPage
from apps.capillary.types_points import GoodwillPage, Redemptions
from apps.customers.panels.calls import MORE_ROWS, ROWS
from apps.customers.panels.loading import Answers
from apps.customers.panels.registry import Person, Tab, tabs_for

# Which calls speak of which tab.
SPEAKS_OF = {
    "transactions": ("latest_bills", "bills"),
    "redemptions": ("latest_redemptions", "redemptions"),
    "goodwill": ("goodwill",),
    "coupons": ("coupons",),
    "referrals": ("referrals",),
    "notes": ("notes",),
}


@dataclass(frozen=True, slots=True)
class TabLink:
    """One tab as components/tabs.html draws it."""

    label: str | Promise
    url: str
    current: bool
    count: str
    failed: bool
    tone: str = ""


def tab_links(person: Person, customer_id: int, current: Tab, answers: Answers) -> list[TabLink]:
    """The tabs this person may open, in order."""
    return [_link(tab, customer_id, current, answers) for tab in tabs_for(person)]


def _link(tab: Tab, customer_id: int, current: Tab, answers: Answers) -> TabLink:
    told = [answers[name] for name in SPEAKS_OF.get(tab.name, ()) if name in answers]
    url = (
        reverse("customers:customer", args=[customer_id])
        if tab.name == "overview"
        else reverse("customers:tab", args=[customer_id, tab.name])
    )
    return TabLink(
        label=tab.title,
        url=url,
        current=tab.name == current.name,
        count=next((count_of(one.value) for one in told if one.value is not None), ""),
        failed=any(one.error is not None for one in told),
    )


def count_of(value: Any) -> str:
    """How many a list holds: "6", "10+" when there may be more, empty for none or when nobody says."""
    if isinstance(value, TransactionPage):
        return (
            str(value.count)
            if value.count and value.count >= len(value.transactions)
            else _many(value.transactions)
        )
    if isinstance(value, Redemptions):
        return _many((*value.points, *value.coupons))
    if isinstance(value, GoodwillPage):
        return str(max(value.window.total or 0, len(value.rows)) or "")
    if isinstance(value, CouponPage):
        return str(len(value.coupons) or "")
    if isinstance(value, tuple) and value and hasattr(value[0], "invitees"):
        return str(sum(len(one.invitees) for one in value) or "")
    return str(len(value) or "") if isinstance(value, tuple) else ""


def _many(rows: Sequence[object]) -> str:
    if not rows:
        return ""
    return f"{len(rows)}+" if len(rows) in {ROWS, 20, *MORE_ROWS} else str(len(rows))
