"""Every read by name, with its options taken from the function's own signature: for the shell."""

import inspect
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from apps.capillary.calls import Call
from apps.capillary.resources import (
    coupons,
    customers,
    goodwill,
    ledger,
    loyalty,
    notes,
    organisation,
    points,
    redemptions,
    referrals,
    requests,
    transactions,
)

READS: Mapping[str, Mapping[str, Callable[..., Call[Any]]]] = {
    "customers": {
        "lookup": customers.lookup,
        "get": customers.get,
        "search": customers.search,
        "status_log": customers.status_log,
        "record": customers.record,
    },
    "loyalty": {"details": loyalty.details},
    "transactions": {"history": transactions.history},
    "redemptions": {"history": redemptions.history},
    "points": {"is_redeemable": points.is_redeemable},
    "coupons": {
        "detailed": coupons.detailed,
        "basic": coupons.basic,
        "history": coupons.history,
        "series": coupons.series,
    },
    "notes": {"get": notes.get},
    "organisation": {
        "profile": organisation.profile,
        "programmes": organisation.programmes,
        "till": organisation.till,
        "setting": organisation.setting,
    },
    "goodwill": {"requests": goodwill.requests},
    "requests": {"listing": requests.listing, "logs": requests.logs},
    "ledger": {"information": ledger.information, "balance": ledger.balance},
    "referrals": {
        "read": referrals.read,
        "get": referrals.get,
        "lookup": referrals.lookup,
        "statistics": referrals.statistics,
        "check_code": referrals.check_code,
    },
}
WRITES: Mapping[str, Mapping[str, Callable[..., Call[Any]]]] = {
    "notes": {"add": notes.add},
    "points": {
        "validation_code": points.validation_code,
        "redeem": points.redeem,
        "reverse": points.reverse,
    },
    "referrals": {"invite": referrals.invite},
    "requests": {"add": requests.add, "approve": requests.approve, "reject": requests.reject},
}


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a read: how text becomes its value, and whether it must be given."""

    name: str
    convert: Callable[[str], Any]
    required: bool
    default: Any

    @property
    def flag(self) -> str:
        """As typed in the shell."""
        return "--" + self.name.replace("_", "-")


def find(resource: str, call: str) -> Callable[..., Call[Any]]:
    """The function of a read; raises LookupError with a sentence naming what there is instead."""
    if call in WRITES.get(resource, {}):
        raise LookupError(f"{resource} {call} changes something and cannot be run from the shell.")
    if resource not in READS:
        raise LookupError(f"There is no resource {resource}. There are {', '.join(READS)}.")
    if call not in READS[resource]:
        raise LookupError(f"{resource} has no call {call}. It has {', '.join(READS[resource])}.")
    return READS[resource][call]


def options(function: Callable[..., Call[Any]]) -> list[Option]:
    """The options of a read, in the order of its signature."""
    hints = typing.get_type_hints(function)
    return [
        Option(
            name=name,
            convert=_converter(hints[name]),
            required=parameter.default is inspect.Parameter.empty,
            default=None if parameter.default is inspect.Parameter.empty else parameter.default,
        )
        for name, parameter in inspect.signature(function).parameters.items()
    ]


def _converter(hint: Any) -> Callable[[str], Any]:
    """Text to the type the signature names; raises ValueError for text that does not fit."""
    if isinstance(hint, types.UnionType):
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    if typing.get_origin(hint) is Sequence:
        return lambda written: tuple(filter(None, (part.strip() for part in written.split(","))))
    converters: dict[Any, Callable[[str], Any]] = {
        int: int,
        date: date.fromisoformat,
        datetime: datetime.fromisoformat,
        bool: _yes_or_no,
        Decimal: _decimal,
    }
    return converters.get(hint, str)


def _decimal(written: str) -> Decimal:
    try:
        return Decimal(written)
    except InvalidOperation:
        raise ValueError("say a number") from None


def _yes_or_no(written: str) -> bool:
    if written.lower() not in {"yes", "no", "true", "false"}:
        raise ValueError("say yes or no")
    return written.lower() in {"yes", "true"}
