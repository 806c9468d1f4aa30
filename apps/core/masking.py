"""Masks for identifiers and contact data: enough to recognise a value, never enough to use it."""

import re
from collections.abc import Callable

DOT = "•"
# Sixteen digits and more, as they are typed or in fours: longer than any telephone number.
CARDS = re.compile(r"(?<!\d)(?:\d{16,}|\d{4}(?:[ -]\d{4}){3}(?:[ -]?\d{1,3})?)(?!\d)")


def mask(kind: str, value: object) -> str:
    """Mask one value.

    kind   mobile, email, card, external_id, id, name or code; an unknown kind is masked whole
    value  the full value; empty or None gives an empty string
    """
    text = "" if value is None else str(value).strip()
    if not text:
        return ""
    return MASKS.get(kind, _whole)(text)


def mask_cards(text: str) -> str:
    """Typed words with each number that is as long as a card's masked; shorter ones are the trail's own business."""
    return CARDS.sub(lambda found: mask("card", found[0]), text)


def _whole(_text: str) -> str:
    return DOT * 6


def _tail(text: str, dots: str) -> str:
    """Show the last four characters, but never more than a third of the value."""
    shown = min(4, len(text) // 3)
    return f"{dots} {text[-shown:]}" if shown else dots


def _mobile(text: str) -> str:
    return _tail("".join(letter for letter in text if letter.isalnum()), DOT * 6)


def _card(text: str) -> str:
    return _tail("".join(letter for letter in text if letter.isalnum()), DOT * 4)


def _email(text: str) -> str:
    local, at, domain = text.rpartition("@")
    if not at or not local:
        return _whole(text)
    first = local[0] if len(local) > 1 else ""
    return f"{first}{DOT * 4}@{domain}"


def _external_id(text: str) -> str:
    """Keep a short prefix up to a dash (``CRM-•••319``): it tells the system, not the person."""
    prefix, dash, rest = text.partition("-")
    if dash and len(prefix) <= 4 and len(rest) >= 6:
        return f"{prefix}-{DOT * 3}{rest[-3:]}"
    shown = min(3, len(text) // 3)
    return f"{DOT * 3}{text[len(text) - shown :]}"


def _name(text: str) -> str:
    return " ".join(f"{part[0]}{DOT * 3}" for part in text.split())


MASKS: dict[str, Callable[[str], str]] = {
    "mobile": _mobile,
    "email": _email,
    "card": _card,
    "external_id": _external_id,
    "id": _external_id,
    "name": _name,
    "code": _whole,
}
