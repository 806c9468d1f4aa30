"""The filters in the address: one tidy form of it, so that a link can be shared and read."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import QueryDict

from apps.audit import qualifiers
from apps.audit.guard import EMAIL, SHORTEST_PHONE
from apps.audit.identifiers import PHONE_LIKE
from apps.audit.whom import whom

PARAMETERS = (
    "person",
    "action",
    "customer",
    "store",
    "outcome",
    "channel",
    "reference",
    "subject",
    "code",
    "text",
    "period",
    "from",
    "until",
    "calls",
)
CURSORS = ("before", "after")
LONGEST = 500
# What of an address nobody knows is told so far.
MOST_STRANGE, LONGEST_PART = 5, 60
WORD = re.compile(r"[a-z]+")


def read(query: QueryDict) -> tuple[dict[str, str], str, list[str]]:
    """The parameters of this address in tidy form; the typed line, and in sentences what of it cannot be meant.

    Such a line stays where it is; otherwise it becomes parameters. What else stands in the address goes into the
    line, so that nothing of it is passed over in silence. ``drop`` names one parameter to leave out. A customer's
    full identifier becomes its mask and keyed hash.
    """
    several = {name for name in PARAMETERS if len(_values(query, name)) > 1}
    told = {name: _text(query, name) for name in (*PARAMETERS, *CURSORS) if name not in several}
    found = {name: given for name, given in told.items() if given}
    line = " ".join([*_strange(query, several), _text(query, "q")])[:LONGEST].strip()
    meant, wrong = qualifiers.read(line)
    if not wrong:
        found.update(meant)
    found.pop(_text(query, "drop"), None)
    found = masked(found)
    ordered = {name: found[name] for name in (*PARAMETERS, *CURSORS) if name in found}
    return ordered, line if wrong else "", wrong


def _strange(query: QueryDict, several: set[str]) -> list[str]:
    """Parameters nobody knows and those with several values, as one would type them."""
    known = {*PARAMETERS, *CURSORS, "q", "drop"}
    wanted = [name for name in query if name in several or name not in known]
    parts = [(name, value[:LONGEST_PART]) for name in wanted for value in _values(query, name)]
    return [
        qualifiers.line_of(
            {name: value} if WORD.fullmatch(name) else {"address": f"{name[:LONGEST_PART]}={value}"}
        )
        for name, value in parts[:MOST_STRANGE]
    ]


def _values(query: QueryDict, name: str) -> list[str]:
    """The different values of a parameter, in their order."""
    return list(dict.fromkeys(text for one in query.getlist(name) if (text := str(one).strip())))


def masked(found: Mapping[str, str]) -> dict[str, str]:
    """The parameters with a full identifier as its mask and keyed hash only."""
    kept = dict(found)
    # No entry holds a full number or address, so there it is no text: it is whom somebody means.
    if names_somebody(kept.get("text", "")):
        kept.setdefault("customer", kept.pop("text"))
        kept.pop("text", None)
    if "\0" not in kept.get("customer", "") and 0 < len(kept.get("customer", "")) <= LONGEST:
        kept["customer"] = whom(kept["customer"]).token
    return kept


def names_somebody(text: str) -> bool:
    """True for what is an e-mail address or a telephone number and nothing else."""
    digits = sum(letter.isdigit() for letter in text)
    return bool(EMAIL.fullmatch(text)) or bool(digits >= SHORTEST_PHONE and PHONE_LIKE.fullmatch(text))


def _text(query: QueryDict, name: str) -> str:
    return str(query.get(name, "")).strip()


def is_tidy(query: QueryDict, found: Mapping[str, str], line: str) -> bool:
    """True when the address already says exactly this; otherwise the browser is sent to the tidy one."""
    expected = dict(found) | ({"q": line} if line else {})
    return dict(query.items()) == expected


def link(path: str, found: Mapping[str, str], **changes: str) -> str:
    """An address with some parameters changed (an empty value removes); a change goes to the first page."""
    kept = {name: value for name, value in found.items() if name not in CURSORS}
    changed = {name: value for name, value in (kept | changes).items() if value}
    return f"{path}?{urlencode(changed)}" if changed else path
