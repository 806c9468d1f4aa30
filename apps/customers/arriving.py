"""What a telephone or ticket system brought along, kept in the session: no address shows it any longer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from time import time

from django.contrib.sessions.backends.base import SessionBase

from apps.customers.sealing import seal, unseal
from apps.customers.verification import LASTS

SEARCH = "customers_search"
NUMBER = "customers_number"
# From one address to the next; what nobody came for is not looked up by surprise later.
SEARCH_KEPT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Arrived:
    """A search that came by address: the form's values, and which parameter brought it."""

    values: Mapping[str, str]
    way: str


def keep_search(session: SessionBase, arrived: Arrived) -> None:
    """Keep a search for one read, unreadable in the database."""
    sealed = seal(json.dumps({"values": dict(arrived.values), "way": arrived.way}))
    session[SEARCH] = {"sealed": sealed, "until": time() + SEARCH_KEPT_SECONDS}


def take_search(session: SessionBase) -> Arrived | None:
    """The search that was kept, once."""
    kept = session.pop(SEARCH, None)
    if kept is None or kept["until"] < time():
        return None
    opened = unseal(kept["sealed"])
    return Arrived(**json.loads(opened)) if opened else None


def offer_number(session: SessionBase, customer_id: int, shown: str) -> None:
    """The telephone system told a number this customer is known by; `shown` is masked."""
    session[NUMBER] = {"customer": customer_id, "shown": shown, "until": time() + LASTS.total_seconds()}


def number_offered(session: SessionBase, customer_id: int) -> str:
    """The masked number of the caller, empty when none was told for this customer or too long ago."""
    kept = session.get(NUMBER)
    if kept is None or kept["customer"] != customer_id or kept["until"] < time():
        return ""
    return str(kept["shown"])


def forget_number(session: SessionBase) -> None:
    """The offer was taken."""
    session.pop(NUMBER, None)
