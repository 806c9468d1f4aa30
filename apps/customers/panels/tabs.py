"""The tabs of the customer page, in order, and what the other rooms add to them."""

from django.utils.translation import gettext_lazy as _

from apps.customers.panels import (
    bills,
    coupons,
    fraud,
    goodwill,
    header,
    notes,
    points,
    profiles,
    tier,
    timeline,
)
from apps.customers.panels.registry import Panel, Tab, adopt, register_panel, register_tab

# The history is the trail's own panel, reached by its URL name.
HISTORY = register_panel(
    Panel(
        name="history",
        title=_("History"),
        source="Console",
        template="components/panel.html",
        build=lambda _asked, _values: {},
        url_name="audit:customer_history",
    )
)
OVERVIEW = (
    points.POINTS,
    bills.LATEST,
    timeline.TIMELINE,
    points.EXPIRING,
    goodwill.SUMS,
    coupons.FEW,
    notes.LATEST,
    tier.TIER,
    profiles.PROFILES,
)


def set_up() -> None:
    """Called once when Django is ready."""
    register_tab(Tab("overview", _("Overview"), tuple(panel.name for panel in OVERVIEW)))
    register_tab(Tab("transactions", _("Transactions"), (bills.BILLS.name,)))
    # The rooms of points and referrals fill those without panels.
    register_tab(Tab("points", _("Points"), ()))
    register_tab(Tab("redemptions", _("Redemptions"), ()))
    register_tab(Tab("goodwill", _("Goodwill"), (goodwill.GOODWILL.name,)))
    register_tab(Tab("coupons", _("Coupons"), (coupons.COUPONS.name,)))
    register_tab(Tab("referrals", _("Referrals"), ()))
    register_tab(Tab("notes", _("Notes"), (notes.NOTES.name,)))
    register_tab(Tab("history", _("History"), (HISTORY.name,)))
    adopt()


__all__ = ["fraud", "header", "set_up"]
