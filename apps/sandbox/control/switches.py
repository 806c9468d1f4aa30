"""Choices where the reference is silent: set for everybody, or for one request by a header."""

import re
from dataclasses import dataclass, fields, replace
from threading import Lock

ALLOWED: dict[str, tuple[str, ...]] = {
    "http_errors": ("off", "on"),
    "dialect": ("sample", "strings", "native"),
    "lists": ("sample", "always", "never"),
    "unique_refs": ("off", "on"),
    "merged": ("error", "survivor"),
    "xml": ("sample", "native", "converted"),
    "goodwill": ("credited", "approved_not_credited", "credit_late:30"),
    "ledger_offset": ("page", "row"),
}
# Values beside the listed ones: how many seconds the credit takes is the caller's choice.
_FORMS = {"goodwill": re.compile(r"credit_late:[0-9]{1,6}(\.[0-9]{1,3})?")}


@dataclass(frozen=True)
class Switches:
    """How the look-alike answers; the first allowed value of each is the default.

    goodwill: an approval credits at once, never (the silent failure of the reference), or so many seconds later.
    ledger_offset: the reference calls it a row and a page; its answer counts pages.
    """

    http_errors: str = "off"
    dialect: str = "sample"
    lists: str = "sample"
    unique_refs: str = "off"
    merged: str = "error"
    xml: str = "sample"
    goodwill: str = "credited"
    ledger_offset: str = "page"


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
