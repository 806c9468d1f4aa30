"""The tabs as links, with how many there are of what was loaded anyway, and a mark on what failed."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise

from apps.capillary.types_activity import CouponPage, Referrals, TransactionPage
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
    match value:
        case TransactionPage():
            return str(max(value.count or 0, len(value.transactions)) or "")
        case Redemptions():
            full = max(len(value.points), len(value.coupons)) in {ROWS, *MORE_ROWS}
            count = len(value.points) + len(value.coupons)
            return f"{count}+" if full else str(count or "")
        case GoodwillPage():
            return str(max(value.window.total or 0, len(value.rows)) or "")
        case CouponPage():
            return str(len(value.coupons) or "")
        case (Referrals(), *_others):
            return str(sum(len(one.invitees) for one in value) or "")
        case tuple():
            return str(len(value) or "")
    return ""
