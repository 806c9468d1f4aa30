"""Choices where the reference is silent: set for everybody, or for one request by a header."""

import re
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from decimal import Decimal
from threading import Lock

from apps.sandbox.api.points_codes import POINT_MESSAGES

ALLOWED: dict[str, tuple[str, ...]] = {
    "http_errors": ("off", "on"),
    "dialect": ("sample", "strings", "native"),
    "lists": ("sample", "always", "never"),
    "unique_refs": ("off", "on"),
    "merged": ("error", "survivor"),
    "xml": ("sample", "native", "converted"),
    "goodwill": ("credited", "approved_not_credited", "credit_late:30"),
    "ledger_offset": ("page", "row"),
    "referrals": ("on", "v11", "v2", "off", "failing"),
    "referrals_an_hour": ("1000", "3"),
    "v2_invited": ("told", "echoed"),
    "referees": ("told", "nulls"),
    "redeemable": ("on", "827", "815", "895"),
    "redeemable_shape": ("nested", "flat"),
    "redeemable_flags": ("failing", "true"),
    "codes": ("sent", "not_issued", "not_sent"),
    "code_channel": ("sms", "email", "both"),
    "code_seconds": ("600", "60", "0"),
    "code_tries": ("3", "1"),
    "code_sends": ("5", "1"),
    "missed_call": ("made", "none", "off"),
    "skip_validation": ("allowed", "refused"),
    "redeem": ("on", "not_booked", "817", "815", "827"),
    "reversal": ("on", "off", "not_booked", "903"),
    "reversal_ids": ("both", "short", "long"),
    "reversal_refusals": ("errors", "warnings"),
    "over_reversal": ("refused", "capped"),
    "expired_part": ("expires", "left_out"),
    "read_lag": ("0", "2"),
    "organisation": ("on", "off"),
    "requests": ("on", "off"),
    "across": ("on", "off"),
    "reversal_told": ("on", "off"),
    "sources_off": ("none", "WECHAT"),
}
_SECONDS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?")
_COUNT = re.compile(r"[0-9]{1,3}")
_NAMES = re.compile(r"[A-Z_]{1,40}(,[A-Z_]{1,40}){0,19}")
_REFUSED = re.compile("|".join(map(str, POINT_MESSAGES)))
# Values beside the listed ones: how long, how often and with which code is the caller's choice.
_FORMS = {
    "goodwill": re.compile(rf"credit_late:{_SECONDS.pattern}"),
    "referrals_an_hour": re.compile(r"[0-9]{1,6}"),
    "sources_off": _NAMES,
    **dict.fromkeys(("code_seconds", "read_lag"), _SECONDS),
    **dict.fromkeys(("code_tries", "code_sends"), _COUNT),
    **dict.fromkeys(("redeemable", "redeem", "reversal"), _REFUSED),
}


@dataclass(frozen=True)
class Switches:
    """How the look-alike answers; the first allowed value of each is the default.

    goodwill: an approval credits at once, never (the silent failure of the reference), or so many seconds later.
    ledger_offset: the reference calls it a row and a page; its answer counts pages.
    referrals: the version the organisation may use for them, none, or code 1222 for both.
    referrals_an_hour: how often v2 lets them be read, and as often people be invited.
    v2_invited: v2 names whom it did not invite, or answers all that was sent as the sample does, and keeps silent.
    referees: who came and what they earned, or nulls and nothing, which is all the v1.1 sample shows.
    redeemable, redeem, reversal: a code refuses everybody with it; not_booked says yes and books nothing.
    redeemable_flags: true refuses with every flag saying yes, as coupon/isredeemable does in its sample.
    codes: not_issued answers 860 (876 after a check), not_sent 819. code_*: how long one holds in seconds,
    how many wrong ones void it, how often it is sent.
    missed_call: whether the customer has made one. reversal_ids: the reference types the id long, shows it short.
    reversal_refusals: 901 to 904 stand in both of its tables; 905 is always a warning.
    over_reversal: more than remains is refused (810), or only the rest given back.
    expired_part: points that ended meanwhile are given back and expire at once, or are not given back.
    read_lag: customer/redemptions shows redemptions and reversals so many seconds late.
    organisation, requests: reading who the organisation is, and everything about goodwill requests; off: 403.
    across: off refuses every group_redemption (826). reversal_told: whether its setting can be read.
    sources_off: names of sources by comma that the organisation does not have (8012).
    """

    http_errors: str = "off"
    dialect: str = "sample"
    lists: str = "sample"
    unique_refs: str = "off"
    merged: str = "error"
    xml: str = "sample"
    goodwill: str = "credited"
    ledger_offset: str = "page"
    referrals: str = "on"
    referrals_an_hour: str = "1000"
    v2_invited: str = "told"
    referees: str = "told"
    redeemable: str = "on"
    redeemable_shape: str = "nested"
    redeemable_flags: str = "failing"
    codes: str = "sent"
    code_channel: str = "sms"
    code_seconds: str = "600"
    code_tries: str = "3"
    code_sends: str = "5"
    missed_call: str = "made"
    skip_validation: str = "allowed"
    redeem: str = "on"
    reversal: str = "on"
    reversal_ids: str = "both"
    reversal_refusals: str = "errors"
    over_reversal: str = "refused"
    expired_part: str = "expires"
    read_lag: str = "0"
    organisation: str = "on"
    requests: str = "on"
    across: str = "on"
    reversal_told: str = "on"
    sources_off: str = "none"


class BadSwitch(ValueError):
    """An unknown switch or value; the message names it."""


_lock = Lock()
_current = Switches()


def current() -> Switches:
    """The choices that hold for everybody."""
    return _current


def of(request: object) -> Switches:
    """The choices for one request; the middleware has put them there."""
    found = getattr(request, "switches", None)
    return found if isinstance(found, Switches) else _current


def choose(values: dict[str, str]) -> Switches:
    """Change some choices for everybody. Raises BadSwitch."""
    global _current
    with _lock:
        _current = overridden(_current, values)
        return _current


def forget() -> None:
    """Back to the defaults."""
    global _current
    with _lock:
        _current = Switches()


def seconds(value: str) -> timedelta:
    """A number of seconds of a switch; three places are all their form allows, so the milliseconds are exact."""
    return timedelta(milliseconds=int(Decimal(value) * 1000))


def overridden(switches: Switches, values: dict[str, str]) -> Switches:
    """A copy with some choices changed. Raises BadSwitch."""
    for name, value in values.items():
        if not _allowed(name, value):
            raise BadSwitch(f"{name}={value} is not a switch of the sandbox")
    return replace(switches, **values)


def _allowed(name: str, value: object) -> bool:
    form = _FORMS.get(name)
    return value in ALLOWED.get(name, ()) or bool(form and isinstance(value, str) and form.fullmatch(value))


def parse_header(text: str) -> dict[str, str]:
    """Read "dialect=strings; lists=always" into a dict; a bare word counts as =on."""
    parts = (part.strip() for part in text.split(";"))
    pairs = (part.partition("=") for part in parts if part)
    return {name.strip(): value.strip() or "on" for name, _, value in pairs}


def switch_names() -> frozenset[str]:
    """Names a header part may have to be a switch rather than a fault."""
    return frozenset(item.name for item in fields(Switches))
