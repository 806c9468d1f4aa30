"""The last look at what enters the trail: secrets go, full e-mail addresses and phone numbers are masked."""

import logging
import re
from collections.abc import Iterable, Mapping
from typing import Any

from apps.core.masking import mask

log = logging.getLogger("console.audit")

NEVER_KEPT = "never kept"
SHORTEST = 5
SECRET_WORDS = {
    "authorization", "cookie", "credential", "otp", "passwd", "password", "pin", "pwd", "secret", "token",
}  # fmt: skip
# A word before "code" that makes it a one-time code; other codes (store, coupon, error) are facts.
ONE_TIME = {"access", "auth", "confirmation", "otp", "security", "time", "validation", "verification"}
WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
EMAIL = re.compile(r"[^\s@<>\"'(),;:=]+@[^\s@<>\"'(),;:=]+\.[^\s@<>\"'(),;:=.]{2,}")
# What starts with a plus is a phone number anywhere; a bare run of digits only where no outside fact is kept.
PHONE = re.compile(r"\+\d(?:[ ()./-]{0,2}\d){7,14}(?!\w)")
DIGITS = re.compile(r"(?<![\w-])\+?\d(?:[ ()./-]{0,2}\d){8,14}(?![\w:])")
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")
FACTS = {"id", "reference", "bill", "hash", "sha256", "transaction"}


class Guard:
    """Cleans one entry's content.

    strict       for what our own rooms write: bare codes are secrets, long runs of digits phone numbers.
                 Without it, for what the client has redacted already: the API's ``code`` and its numbers stay.
    identifiers  the (kind, full value) pairs the entry is about: found anywhere, they are masked
    """

    def __init__(self, *, strict: bool, identifiers: Iterable[tuple[str, str]] = ()) -> None:
        self.strict = strict
        # The internal id is the one that may be kept: it names a customer to nobody outside.
        self.known = [
            (value, mask(kind, value))
            for kind, value in identifiers
            if len(value) >= SHORTEST and kind != "id"
        ]

    def clean(self, value: Any, key: str = "") -> Any:
        """The value without secrets and full identifiers; takes JSON's own types (see `canonical.plain`)."""
        if isinstance(value, Mapping):
            return {self.text(name): self.clean(one, name) for name, one in value.items()}
        if value is None or isinstance(value, bool):
            return value
        if key and self.is_secret(key) and value not in ("", [], NEVER_KEPT):
            return self._refused(key, value)
        if isinstance(value, list):
            return [self.clean(one, key) for one in value]
        if isinstance(value, str):
            return self.text(value, fact=_is_fact(key))
        return self._number(value, key)

    def is_secret(self, key: str) -> bool:
        """True when a value under this key may not be kept."""
        words = [word.lower().rstrip("s") for word in WORDS.findall(key)]
        if any(word in SECRET_WORDS for word in words):
            return True
        if not words or words[-1] != "code":
            return False
        return self.strict if len(words) == 1 else words[-2] in ONE_TIME

    def text(self, text: str, *, fact: bool = False) -> str:
        """The text with e-mail addresses, phone numbers and this entry's own identifiers masked."""
        for value, instead in self.known:
            if value in text:
                text = text.replace(value, instead)
        if "@" in text:
            text = EMAIL.sub(lambda found: mask("email", found[0]), text)
        if fact or len(text) < 8:
            return text
        return (DIGITS if self.strict else PHONE).sub(_masked_number, text)

    def _number(self, value: Any, key: str) -> Any:
        """A number stays a number unless it is somebody's."""
        text = str(value)
        clean = self.text(text, fact=_is_fact(key))
        return value if clean == text else clean

    def _refused(self, key: str, value: Any) -> str:
        if not (isinstance(value, str) and "•" in value):
            log.warning("A value under the name %r was kept out of the trail.", key[:40])
        return NEVER_KEPT


def _is_fact(key: str) -> bool:
    """Ids and references may be long numbers without being anybody's phone."""
    words = WORDS.findall(key)
    return bool(words) and words[-1].lower() in FACTS


def _masked_number(found: re.Match[str]) -> str:
    return found[0] if ISO_DAY.match(found[0]) else mask("mobile", found[0])
