"""Transactions: the latest on the overview, all of a period on their tab."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.capillary.types_activity import Transaction, TransactionPage
from apps.customers.panels.calls import PERIODS, offset_of, period_of
from apps.customers.panels.registry import Asked, Panel, Values, register_panel
from apps.customers.panels.words import currency_of, tidy_word

PER_PAGE = 20
ON_OVERVIEW = 5
PERIOD_WORDS = {
    "30": gettext_lazy("30 days"),
    "90": gettext_lazy("90 days"),
    "365": gettext_lazy("12 months"),
    "all": gettext_lazy("All"),
}


def build_latest(asked: Asked, values: Values) -> dict[str, Any]:
    """The newest five."""
    page: TransactionPage = values["latest_bills"]
    if not page.transactions:
        return _none()
    return {
        "rows": [_row(row) for row in page.transactions[:ON_OVERVIEW]],
        "count": page.count,
        "summary": _summary(page, 0, min(ON_OVERVIEW, len(page.transactions))),
    }


def build_bills(asked: Asked, values: Values) -> dict[str, Any]:
    """One page of the period, with the ways to newer and older ones."""
    page: TransactionPage = values["bills"]
    offset, period = offset_of(asked), period_of(asked)
    chips = [
        {"label": words, "url": f"?period={name}", "current": name == period}
        for name, words in PERIOD_WORDS.items()
        if name in PERIODS
    ]
    if not page.transactions and not offset:
        return {"chips": chips, "rows": [], "summary": _("No transactions in this period.")}
    full = len(page.transactions) >= PER_PAGE
    more = page.count is None or page.count > offset + len(page.transactions)
    return {
        "chips": chips,
        "rows": [_row(row) for row in page.transactions],
        "count": page.count,
        "summary": f"{_summary(page, offset, len(page.transactions))} {_within(period)}".rstrip(),
        "newer_url": f"?period={period}&from={max(0, offset - PER_PAGE)}" if offset else "",
        "older_url": f"?period={period}&from={offset + PER_PAGE}" if full and more else "",
    }


@dataclass(frozen=True, slots=True)
class Row:
    """A bill with its currency and its kind in words."""

    bill: Transaction
    currency: str
    kind: str


def _row(bill: Transaction) -> Row:
    kind = tidy_word(bill.type)
    if bill.return_type:
        kind = _("Return, %(kind)s") % {"kind": tidy_word(bill.return_type).lower()}
    return Row(bill, currency_of(bill.currency), kind)


def _within(period: str) -> str:
    """What the list leaves out, in words: a count without it reads like the count of all."""
    if PERIODS[period] is None:
        return ""
    return _("Only those of the last %(period)s; older ones are not in this list.") % {
        "period": PERIOD_WORDS[period]
    }


def _summary(page: TransactionPage, offset: int, shown: int) -> str:
    # The count some answers give is the number of rows they hold, so it never speaks against what is shown.
    known = page.count if page.count is not None and page.count > offset + shown else None
    if known:
        return _("%(first)s to %(last)s of %(count)s, newest first.") % {
            "first": offset + 1,
            "last": offset + shown,
            "count": known,
        }
    if offset:
        return _("%(first)s to %(last)s, newest first.") % {"first": offset + 1, "last": offset + shown}
    return ngettext("%(count)s transaction.", "All %(count)s, newest first.", shown) % {"count": shown}


def _none() -> dict[str, Any]:
    return {
        "empty_title": _("No transactions yet."),
        "empty_text": _("Bills appear here when they are linked to this customer."),
        "empty_icon": "shopping-bag",
        "count": 0,
    }


LATEST = register_panel(
    Panel(
        name="latest_bills",
        title=gettext_lazy("Transactions"),
        source="v1.1",
        template="customers/panels/bills.html",
        build=build_latest,
        flush=True,
        needs=("latest_bills",),
    )
)
BILLS = register_panel(
    Panel(
        name="bills",
        title=gettext_lazy("Transactions"),
        source="v1.1",
        template="customers/panels/bills.html",
        build=build_bills,
        flush=True,
        needs=("bills",),
    )
)
