"""The tabs as links, with a mark on what failed.

They bear no counts: each page loads another part of a list, so the same tab would tell another number on each.
"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from apps.customers.panels.loading import Answers
from apps.customers.panels.registry import Person, Tab, tabs_for

# Which calls speak of which tab.
SPEAKS_OF = {
    "transactions": ("latest_bills", "bills"),
    "redemptions": ("latest_redemptions", "redemptions"),
    "goodwill": ("goodwill",),
    "coupons": ("coupons",),
    "notes": ("notes",),
}


@dataclass(frozen=True, slots=True)
class TabLink:
    """One tab as components/tabs.html draws it."""

    label: str | Promise
    url: str
    current: bool
    failed: bool


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
        failed=any(one.error is not None for one in told),
    )
