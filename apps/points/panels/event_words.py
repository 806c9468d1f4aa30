"""What an event of the ledger is in words. The outside has its own names, and the reference lists only some."""

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# As the reference spells them, without case.
NAMED: Mapping[str, tuple[str | Promise, str]] = {
    "transactionadd": (gettext_lazy("Purchase"), "shopping-bag"),
    "pointsredemption": (gettext_lazy("Points redeemed"), "coins"),
    "delayedaccrual": (gettext_lazy("Points promised"), "hourglass"),
    "pointsexpiry": (gettext_lazy("Points expired"), "clock"),
    "customerregistration": (gettext_lazy("Registration"), "user-plus"),
    "returnbill": (gettext_lazy("Purchase returned"), "arrow-back-up"),
}
# What the others are called is not documented: a word in the name says what it is. Order matters.
HINTS: tuple[tuple[str, str | Promise, str], ...] = (
    ("revers", gettext_lazy("Redemption reversed"), "arrow-back-up"),
    ("expir", gettext_lazy("Points expired"), "clock"),
    ("goodwill", gettext_lazy("Goodwill"), "gift"),
    ("transfer", gettext_lazy("Points transferred"), "send"),
    ("adjust", gettext_lazy("Adjusted by hand"), "adjustments"),
    ("redem", gettext_lazy("Points redeemed"), "coins"),
    ("return", gettext_lazy("Purchase returned"), "arrow-back-up"),
    ("promotion", gettext_lazy("Promotion"), "star"),
)
WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def event_words(event: str) -> tuple[str, str]:
    """(words, icon); an event nobody knows is told by the outside's own name, in words."""
    key = re.sub(r"[^a-z]", "", event.casefold())
    if key in NAMED:
        words, icon = NAMED[key]
        return str(words), icon
    for part, words, icon in HINTS:
        if part in key:
            return str(words), icon
    told = " ".join(WORDS.findall(event)).capitalize()
    return told or str(_("Not told what it was")), "circle-dashed"


def is_expiry(event: str) -> bool:
    """Whether it took points because their time was over."""
    return "expir" in event.casefold()
