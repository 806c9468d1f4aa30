"""What a telephone or ticket system brings along in an address: whom to look up, and the caller's number."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import time
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.customers.kinds import KINDS
from apps.customers.verification import LASTS

NUMBERS = "customers_numbers"
# Parameters and the kind each means: every kind by its code, and the one that telephone systems call otherwise.
SCREEN_POP: Mapping[str, str] = {"phone": "mobile", **{code: code for code in KINDS}}
CHOICES = ("kind", "source", "account")
# As many unknown names as are told, and as much of each.
TOLD, TOLD_LETTERS = 3, 30


@dataclass(frozen=True, slots=True)
class Arrived:
    """A search that came by address: the form's values, which parameter brought it, and what is wrong with it."""

    values: Mapping[str, str]
    way: str
    wrong: str = ""


def brought(query: QueryDict) -> Arrived | None:
    """What this address asks for, None for an address without parameters."""
    if not query:
        return None
    values = {name: str(query[name]) for name in ("q", *CHOICES) if name in query}
    popped = next((name for name in SCREEN_POP if name in query), "")
    if popped:
        return Arrived(values | {"q": str(query[popped]), "kind": SCREEN_POP[popped]}, popped)
    if "q" in query:
        return Arrived(values, "search")
    return Arrived(values, "search", _not_understood(query))


def _not_understood(query: QueryDict) -> str:
    unknown = [name[:TOLD_LETTERS] for name in query if name not in CHOICES][:TOLD]
    known = ", ".join(("q", *SCREEN_POP))
    if unknown:
        return _("The address holds %(unknown)s. The console looks up by %(known)s.") % {
            "unknown": ", ".join(unknown),
            "known": known,
        }
    return _("The address names nobody to look up. The console looks up by %(known)s.") % {"known": known}


def offer_number(session: SessionBase, customer_id: int, shown: str) -> None:
    """The telephone system told a number this customer is known by; `shown` is masked."""
    told = {"shown": shown, "until": time() + LASTS.total_seconds()}
    session[NUMBERS] = {**_offers(session), str(customer_id): told}


def number_offered(session: SessionBase, customer_id: int) -> str:
    """The masked number of the caller, empty when none was told for this customer or too long ago."""
    told = _offers(session).get(str(customer_id))
    return str(told["shown"]) if told else ""


def forget_number(session: SessionBase, customer_id: int) -> None:
    """The offer was taken."""
    session[NUMBERS] = {name: told for name, told in _offers(session).items() if name != str(customer_id)}


def _offers(session: SessionBase) -> dict[str, dict[str, Any]]:
    """Those that still hold, by customer: two callers may be waiting in two tabs."""
    found: dict[str, dict[str, Any]] = session.get(NUMBERS, {})
    return {name: told for name, told in found.items() if told["until"] > time()}
