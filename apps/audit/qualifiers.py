"""Reads the one-line filter: ``actor:"Asha Verma" store:12 -action:staff.signed_in kavya@example.com``.

Days after ``from:`` and ``until:`` are whole and both belong to it; ``after:`` and ``before:`` mean a moment, and
a day there means its beginning. So the address knows one pair, and ``before:2026-11-23`` is ``until`` midnight.
"""

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from apps.core.context import PATTERN as REFERENCE

# What a person may type in front of the colon, and the parameter of the address it means.
NAMES = {
    "actor": "person",
    "person": "person",
    "action": "action",
    "customer": "customer",
    "store": "store",
    "outcome": "outcome",
    "period": "period",
    "reference": "reference",
    "about": "subject",
    "subject": "subject",
    "request": "subject",
    "channel": "channel",
    "code": "code",
    "text": "text",
    "from": "from",
    "after": "from",
    "until": "until",
    "to": "until",
    "before": "until",
}
LISTS = {"action", "store"}
# The other way round, for a line that says what an address says; its own name otherwise.
TYPED = {"person": "actor", "subject": "about"}
MOMENTS = {"after", "before"}
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# The numbers people say of what rooms keep: ``GR-10418``.
NUMBER = re.compile(r"[A-Z]{2,3}-\d{2,12}", re.IGNORECASE)
QUALIFIED = re.compile(
    r"""(?P<no>[-−]?)(?P<name>[a-z]+):(?:"(?P<quoted>[^"]*)"|(?P<bare>\S+))""", re.IGNORECASE
)

# The first letters of the numbers that rooms give: any other such text is somebody's external id.
OURS = re.compile(r"(?:GR|RD|RV|IN|OP|SR)-\d{2,12}", re.IGNORECASE)
PERIODS = {"24h", "today", "yesterday", "7d"}

EMPTY = re.compile(r"[-−]?\b[a-z]+:(?=\s|$)", re.IGNORECASE)


def read(text: str) -> tuple[dict[str, str], list[str]]:
    """The parameters a line means, and in sentences what of it cannot be meant.

    What stands without a qualifier is a reference, a request's number, a period, a customer's identifier or a
    person's name.
    """
    found: dict[str, str] = {}
    unknown: list[str] = []
    kept: list[str] = []
    twice: list[str] = []
    for match in QUALIFIED.finditer(text):
        name = NAMES.get(match["name"].lower())
        value = (match["bare"] if match["quoted"] is None else match["quoted"]).strip()
        if name is None:
            unknown.append(match[0])
        elif match["no"] and name not in LISTS:
            kept.append(match[0])
        elif name in LISTS:
            items = ",".join(f"-{one}" if match["no"] else one for one in value.split(",") if one)
            found[name] = ",".join(filter(None, [found.get(name, ""), items]))
        elif match["name"].lower() == "request" and not NUMBER.fullmatch(value):
            # Capillary's own id of a request: it stands among the words of the answer.
            twice += _put(found, "text", value)
        else:
            begins = match["name"].lower() in MOMENTS and DAY.fullmatch(value)
            twice += _put(found, name, f"{value}T00:00" if begins else value)
    rest = " ".join(QUALIFIED.sub(" ", text).split())
    unknown += EMPTY.findall(rest)
    if rest and not unknown:
        twice += _put(found, _kind_of(rest), rest)
    return found, _wrong(unknown, kept, twice)


def _put(found: dict[str, str], name: str, value: str) -> list[str]:
    """Keep a value; its name when another one stands there: the first must not be dropped in silence."""
    return [TYPED.get(name, name)] if found.setdefault(name, value) != value else []


def _wrong(unknown: list[str], kept: list[str], twice: list[str]) -> list[str]:
    wrong = []
    if unknown:
        words = _(
            "Not understood: %(what)s. Each with a value behind it, these are known: actor, action, customer, store, "
            "outcome, channel, code, text, request, about, reference, period, before, after, from and until."
        )
        wrong.append(words % {"what": ", ".join(unknown)})
    if kept:
        words = _("Not understood: %(what)s. Only action and store can be left out with a minus.")
        wrong.append(words % {"what": ", ".join(kept)})
    if twice:
        words = _("More than one value for %(what)s. Only action and store take several.")
        wrong.append(words % {"what": ", ".join(dict.fromkeys(twice))})
    return wrong


def line_of(found: Mapping[str, str]) -> str:
    """The line that means these parameters: what `read` makes of it are the same."""
    told = ((TYPED.get(name, name), value.replace('"', " ")) for name, value in found.items())
    return " ".join(
        f'{name}:"{value}"' if re.search(r"\s", value) else f"{name}:{value}" for name, value in told
    )


def _kind_of(text: str) -> str:
    if REFERENCE.fullmatch(text.upper()):
        return "reference"
    if OURS.fullmatch(text):
        return "subject"
    if text.lower() in PERIODS:
        return "period"
    digits = sum(letter.isdigit() for letter in text)
    # Nobody's name has a digit or an underscore in it; external ids do.
    alone = " " not in text and bool(digits or "_" in text)
    return "customer" if "@" in text or digits >= 4 or alone else "person"
