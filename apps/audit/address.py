"""The filters in the address: one tidy form of it, so that a link can be shared and read."""

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


def read(query: QueryDict) -> tuple[dict[str, str], str, list[str]]:
    """The parameters of this address in tidy form; the typed line and what in it was not understood.

    A qualifier nobody knows leaves the line where it is; otherwise it becomes parameters. ``drop`` names
    one to leave out. A customer's full identifier becomes its mask and keyed hash.
    """
    found = {name: given for name in (*PARAMETERS, *CURSORS) if (given := _text(query, name))}
    line = _text(query, "q")[:LONGEST]
    meant, unknown = qualifiers.read(line)
    if not unknown:
        found.update(meant)
    found.pop(_text(query, "drop"), None)
    found = masked(found)
    ordered = {name: found[name] for name in (*PARAMETERS, *CURSORS) if name in found}
    return ordered, line if unknown else "", unknown


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
