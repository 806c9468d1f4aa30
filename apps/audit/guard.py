"""The last look at what enters the trail: secrets go, full e-mail addresses and phone numbers are masked."""

import logging
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from apps.capillary.company import masked
from apps.capillary.redact import codeless
from apps.capillary.safe_keys import keeps
from apps.capillary.sensitive import FIELD_NAMES, NEVER, kind_of, plain_key
from apps.core.masking import mask

log = logging.getLogger("console.audit")

NEVER_KEPT = "never kept"
SHORTEST = 5
SHORTEST_PHONE = 8
NAMES_KEPT = 4096
LONGEST_NAME = 40
SECRET_WORDS = {
    "authorization", "cookie", "credential", "otp", "passwd", "password", "pin", "pwd", "secret", "token",
}  # fmt: skip
# The outside's name for which campaign it is, printed on posters.
NO_SECRETS = {"campaigntoken"}
# Kinds of the outside's keys that are masked under any of ours as well; names and ids have their own rules.
MASKED_KINDS = {"mobile", "email", "card", "contact", "coupon", "private"}
WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
EMAIL = re.compile(r"[^\s@<>\"'(),;:=]+@[^\s@<>\"'(),;:=]+\.[^\s@<>\"'(),;:=.]{2,}")
DIGITS = re.compile(r"(?<![\w-])\+?\d(?:[ ()./-]{0,2}\d){8,18}(?![\w:])")
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")
# What our own rooms name so is a number of ours; the outside's keys are believed by the client's list alone.
EVIDENCE = {"sha256"}
FACTS = {"id", "reference", "bill", "hash", "sha256", "transaction"}


class Guard:
    """Cleans one entry's content.

    strict       for what our own rooms write: a bare code is a secret, and only ids and references are numbers.
                 Without it, for what the client has redacted already: the API's ``code`` and its ids stay.
    identifiers  the (kind, full value) pairs the entry is about: found anywhere, they are masked
    customer     the internal id the entry is about: it stands there in clear, so it may be said in words too
    """

    def __init__(
        self, *, strict: bool, identifiers: Iterable[tuple[str, str]] = (), customer: str = ""
    ) -> None:
        self.strict, self.customer = strict, customer
        # The internal id is the one that may be kept: it names a customer to nobody outside.
        self.known = [
            (value, mask(kind, value))
            for kind, value in identifiers
            if len(value) >= SHORTEST and kind != "id"
        ]

    def clean(self, value: Any, key: str = "") -> Any:
        """The value without secrets and full identifiers; takes JSON's own types (see `canonical.plain`)."""
        if isinstance(value, (dict, Mapping)):
            return self._object(value, key)
        if value is None or isinstance(value, bool):
            return value
        if key and self.is_secret(key) and value not in ("", [], NEVER_KEPT):
            return self._refused(key, value)
        if isinstance(value, list):
            return [self.clean(one, key) for one in value]
        if key and (kind := _kind_of(key)):
            return _masked(kind, value)
        if isinstance(value, str):
            return self.text(value, fact=self._is_fact(key, value))
        return self._number(value, key)

    def _object(self, node: Mapping[str, Any], inside: str) -> dict[str, Any]:
        """Beside {name, value} the name tells what the value is, as in fields an organisation makes up."""
        named = next((node[one] for one in FIELD_NAMES if isinstance(node.get(one), str)), "")
        kept: dict[str, Any] = {}
        for key, value in node.items():
            under = key
            if key == "value" and (_kind_of(named) or self.is_secret(named)):
                under = named
            elif _kind_of(inside) and not isinstance(value, Mapping):
                under = inside
            kept[self._key(key)] = self.clean(value, under)
        return kept

    def is_secret(self, key: str) -> bool:
        """True when a value under this key may not be kept."""
        return _is_secret(key, strict=self.strict)

    def _key(self, key: str) -> str:
        """As `text`; the same few hundred names come with every answer."""
        return self.text(key) if self.known or len(key) > LONGEST_NAME else _name(key)

    def text(self, text: str, *, fact: bool = False) -> str:
        """The text with e-mail addresses, phone numbers and this entry's own identifiers masked."""
        for value, instead in self.known:
            if value in text:
                text = text.replace(value, instead)
        return _text(text, fact=fact, customer=self.customer)

    def _is_fact(self, key: str, value: Any) -> bool:
        """Ids and references may be long numbers without being anybody's phone."""
        if not self.strict:
            return key in EVIDENCE or keeps(plain_key(key), str(value))
        words = WORDS.findall(key)
        return bool(words) and words[-1].lower() in FACTS

    def _number(self, value: Any, key: str) -> Any:
        """A number stays a number unless it is somebody's."""
        text = str(value)
        clean = self.text(text, fact=self._is_fact(key, value))
        return value if clean == text else clean

    def _refused(self, key: str, value: Any) -> str:
        if not (isinstance(value, str) and "•" in value):
            log.warning("A value under the name %r was kept out of the trail.", key[:40])
        return NEVER_KEPT


def _text(text: str, *, fact: bool = False, customer: str = "") -> str:
    if "@" in text:
        text = EMAIL.sub(lambda found: mask("email", found[0]), text)
    if fact or len(text) < SHORTEST:
        return text
    text = codeless(text)
    if len(text) < SHORTEST_PHONE:
        return text
    return DIGITS.sub(lambda found: found[0] if found[0] == customer else _masked_number(found), text)


# Asked for each value of each answer. Only names are kept here, never values.
@lru_cache(NAMES_KEPT)
def _name(key: str) -> str:
    return _text(key)


@lru_cache(NAMES_KEPT)
def _is_secret(key: str, *, strict: bool) -> bool:
    if plain_key(key) in NO_SECRETS:
        return False
    words = [word.lower().rstrip("s") for word in WORDS.findall(key)]
    if any(word in SECRET_WORDS for word in words):
        return True
    if words == ["code"]:
        return strict
    # Codes of places and programmes are facts; of any other nobody knows what it opens.
    return kind_of(plain_key(key)) == NEVER


@lru_cache(NAMES_KEPT)
def _kind_of(key: str) -> str:
    kind = kind_of(plain_key(key)) if key else ""
    return kind if kind in MASKED_KINDS else ""


def _masked(kind: str, value: Any) -> Any:
    """Masked once: what already is stays as it is."""
    text = str(value)
    return value if "•" in text or text in ("", NEVER_KEPT) else masked(kind, text)


def _masked_number(found: re.Match[str]) -> str:
    return found[0] if ISO_DAY.match(found[0]) else mask("mobile", found[0])
