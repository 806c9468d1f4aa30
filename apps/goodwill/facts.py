"""The facts a decision leans on: read again at approval, compared with what the person had seen."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true outside and in the rules at one moment, in plain values.

    status  the request's status outside, "" before it was sent
    balance and budget are numbers as text, "" when there is none; fraud is the outside's word, "" without
    a mark; merged is the survivor's id, "" for an account that was not merged
    budget  what the store may give in this month; over_budget  whether this request no longer fits
    talks   how many questions and answers there were since it was asked, "" for none
    """

    status: str = ""
    balance: str = ""
    tier: str = ""
    fraud: str = ""
    merged: str = ""
    budget: str = ""
    over_budget: bool = False
    talks: str = ""

    @property
    def fingerprint(self) -> str:
        """32 hexadecimal signs that stand for exactly these facts."""
        plain = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(plain.encode()).hexdigest()[:32]

    @property
    def available(self) -> Decimal | None:
        """The balance as a number."""
        return Decimal(self.balance) if self.balance else None

    def plain(self) -> dict[str, Any]:
        """As a request keeps it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that is not what it was. name is that of the fact."""

    name: str
    words: str | Promise
    before: str
    now: str


WORDS: Mapping[str, str | Promise] = {
    "status": _("Status in Capillary"),
    "balance": _("Balance"),
    "tier": _("Tier"),
    "fraud": _("Fraud mark"),
    "merged": _("Merged into"),
    "budget": _("Budget of the store"),
    "over_budget": _("Over the budget"),
    "talks": _("Questions and answers"),
}


def facts_of(snapshot: Mapping[str, Any]) -> Facts | None:
    """The facts a request kept when it was asked, None for one made elsewhere."""
    known = snapshot.get("facts")
    if not isinstance(known, Mapping):
        return None
    return Facts(**{name: known[name] for name in Facts.__dataclass_fields__ if name in known})


def changes(before: Facts | None, now: Facts) -> list[Change]:
    """What differs, in a steady order; empty without anything to compare with."""
    if before is None:
        return []
    pairs = ((name, getattr(before, name), getattr(now, name)) for name in WORDS)
    return [Change(name, WORDS[name], _text(was), _text(is_)) for name, was, is_ in pairs if was != is_]


def _text(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
