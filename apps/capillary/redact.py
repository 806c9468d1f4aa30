"""What of an exchange may be kept: secrets never, identifiers and contact data masked, size bounded.

Keys decide first, then neighbours ({type, value}), then the look of the text, so that a number inside an
error message or an address is caught as well. Values known to be private are also removed wherever they
appear again.
"""

import hashlib
import re
import sys
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from apps.capillary.company import kind_among, masked, names_a_field, word_of
from apps.capillary.decode import decode
from apps.capillary.identifiers import Pair, identifiers_in, kind_beside
from apps.capillary.readers import ShapeError
from apps.capillary.safe_keys import is_moment, keeps, tells_when
from apps.capillary.sensitive import (
    CODE_AFTER,
    CODE_BEFORE,
    CODE_HINT,
    DATE_TEXT,
    DIGITS_TEXT,
    EMAIL_TEXT,
    NAMED_TEXT,
    NEVER,
    OWN_FIELDS,
    TOKEN_TEXT,
    plain_key,
)
from apps.core.masking import mask

NEVER_KEPT = "never kept"
LONGEST = 16 * 1024
SHORTEST_KNOWN = 6
SHORTEST_SECRET = 4
SHORTEST_TOKEN = 30
LONGEST_NAME = 60
# More digits in an address may be a phone number that was tried as an id.
LONGEST_ID = 9
PLAIN_PATH = re.compile(
    r"(?:/(?:v\d(?:\.\d)?|[A-Za-z_]{1,29}|[A-Z][a-z]{1,19}(?:_[a-z]{1,19}){1,5}|\d{1,9}))+"
)


class Redactor:
    """Redacts one exchange.

    `secrets` are values never to be kept, `known` the identifiers it is about, `names` those of people it names:
    in sentences, where no key gives them away.
    """

    def __init__(
        self, *, secrets: Iterable[str] = (), known: Iterable[Pair] = (), names: Iterable[str] = ()
    ) -> None:
        self.masks = _masks(known)
        self.masks.update({value: NEVER_KEPT for value in secrets if len(value) >= SHORTEST_SECRET})
        self._names = _words_of(names)
        self.budget = LONGEST
        self._reset()

    def _reset(self) -> None:
        self._pattern: re.Pattern[str] | None = None
        self._shortest = min(map(len, self.masks), default=sys.maxsize)

    def learn(self, pairs: Iterable[Pair]) -> None:
        """Remove these values too, wherever they appear."""
        fresh = _masks(pairs)
        if not fresh.keys() <= self.masks.keys():
            self.masks = {**fresh, **self.masks}
            self._reset()

    def tree(self, value: Any, *, size: int = 0) -> Any:
        """A decoded body, redacted. What is past the bound is left out and `size` (in bytes) told."""
        self.budget = LONGEST
        found = self._walk(value, "", "")
        if self.budget > 0:
            return found
        return {"cut": f"Only the first part of {size or 'too many'} bytes is kept.", "kept": found}

    def text(self, value: str) -> str:
        """Free text, an address, an error message."""
        value = scrub(self._without_known(value))
        return self._names.sub(lambda found: mask("name", found.group()), value) if self._names else value

    def path(self, value: str) -> str:
        """The path of a call: internal ids stay, anything that names a person goes."""
        if not PLAIN_PATH.fullmatch(value):
            parts = (
                part if part.isdecimal() and len(part) <= LONGEST_ID else scrub(part)
                for part in value.split("/")
            )
            value = "/".join(parts)
        return self._without_known(value)

    def _without_known(self, value: str) -> str:
        if len(value) < self._shortest:
            return value
        if self._pattern is None:
            longest_first = sorted(self.masks, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
        return self._pattern.sub(self._known, value)

    def _known(self, found: re.Match[str]) -> str:
        word = found.group()
        return self.masks.get(word) or next(
            (shown for value, shown in self.masks.items() if value.lower() == word.lower()), NEVER_KEPT
        )

    def _walk(self, value: Any, plain: str, forced: str) -> Any:
        if self.budget <= 0:
            return "…"
        if isinstance(value, Mapping):
            return self._object(value, plain, forced)
        if isinstance(value, list | tuple):
            return self._list(value, plain, forced)
        kept = self._scalar(value, plain, forced)
        self.budget -= len(kept) + 4 if isinstance(kept, str) else 8
        return kept

    def _list(self, value: list[Any] | tuple[Any, ...], plain: str, forced: str) -> list[Any]:
        kept: list[Any] = []
        for item in value:
            if self.budget <= 0:
                kept.append(f"… {len(value) - len(kept)} more")
                break
            kept.append(self._walk(item, plain, forced))
        return kept

    def _object(self, node: Mapping[str, Any], inside: str, forced: str) -> dict[str, Any]:
        keys = {key: plain_key(str(key)) for key in node}
        signs = set(keys.values())
        if inside in OWN_FIELDS:
            forced = forced or "private"
        kept: dict[str, Any] = {}
        for key, plain in keys.items():
            if self.budget <= 0:
                kept["…"] = f"{len(node) - len(kept)} more"
                break
            shown = key if _is_plain_name(key) else self.text(str(key))[:200]
            self.budget -= len(shown) + 4
            beside = kind_beside(node, keys, plain)
            kind = beside or (forced if not names_a_field(plain, signs) else "")
            kind = kind or kind_among(plain, signs, inside, node[key])
            kept[shown] = NEVER_KEPT if kind == NEVER else self._walk(node[key], plain, kind)
        return kept

    def _scalar(self, value: Any, plain: str, kind: str) -> Any:
        if value is None or isinstance(value, bool):
            return value
        word = word_of(value)
        if kind:
            return masked(kind, word)
        if keeps(plain, word):
            return self.masks.get(word, value if isinstance(value, int) else word)
        if is_moment(word) and not tells_when(plain):
            return mask("code", word)
        clean = self.text(word[:LONGEST])
        return value if clean == word and isinstance(value, int) else clean


def _masks(pairs: Iterable[Pair]) -> dict[str, str]:
    """Short identifiers and names would be found inside dates and words: their keys must do."""
    return {
        value: mask(kind, value) for kind, value in pairs if len(value) >= SHORTEST_KNOWN and kind != "name"
    }


def _words_of(names: Iterable[str]) -> re.Pattern[str] | None:
    """Whole names and their single words; None when there are none.

    As words of their own, except in scripts without capitals: several of those put no spaces between words.
    """
    words = {part for name in names for part in (name.strip(), *name.split())}
    longest_first = sorted(
        (one for one in words if len(one) > 1 and not one.isdecimal()), key=len, reverse=True
    )
    found = [
        re.escape(one) if one.lower() == one.upper() else rf"(?<!\w){re.escape(one)}(?!\w)"
        for one in longest_first
    ]
    return re.compile("|".join(found), re.IGNORECASE) if found else None


@lru_cache(maxsize=4096)
def _is_plain_name(key: str) -> bool:
    return isinstance(key, str) and len(key) < LONGEST_NAME and key.replace("_", "").isalpha()


def scrub(value: str) -> str:
    """Text without anything that looks like a secret, an e-mail address or a long number; dates stay."""
    if len(value) < SHORTEST_TOKEN and value.isalpha():
        return value
    value = NAMED_TEXT.sub(lambda found: found.group(1) + NEVER_KEPT, value)
    value = codeless(value)
    # Looked for only where there is one: a long word without it would be tried from each of its letters.
    if "@" in value or "%40" in value:
        value = EMAIL_TEXT.sub(lambda found: mask("email", found.group().replace("%40", "@")), value)
    pieces, end = [], 0
    for found in DATE_TEXT.finditer(value):
        pieces += [_numbers(value[end : found.start()]), found.group()]
        end = found.end()
    value = "".join((*pieces, _numbers(value[end:])))
    return TOKEN_TEXT.sub(NEVER_KEPT, value)


def codeless(value: str) -> str:
    """Text without the digits that stand near a word such as code or PIN."""
    if not CODE_HINT.search(value):
        return value
    value = CODE_AFTER.sub(lambda found: found.group(1) + NEVER_KEPT, value)
    return CODE_BEFORE.sub(NEVER_KEPT, value)


def _numbers(value: str) -> str:
    return DIGITS_TEXT.sub(lambda found: mask("mobile", found.group().replace("%2B", "")), value)


def unreadable(body: bytes, content_type: str) -> dict[str, Any]:
    """The evidence of a body that is neither JSON nor XML: nothing of its content."""
    return {
        "content_type": scrub(content_type[:100]),
        "length": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
    }


def redact_payload(body: bytes, content_type: str, redactor: Redactor) -> Any:
    """A raw body: JSON, XML or a form, redacted; evidence only when it is none of them."""
    if "x-www-form-urlencoded" in content_type:
        return redactor.tree(dict(parse_qsl(body.decode("utf-8", "replace"))), size=len(body))
    try:
        decoded = decode(body, content_type)
    except ShapeError:
        return unreadable(body, content_type)
    redactor.learn(identifiers_in(decoded))
    return redactor.tree(decoded, size=len(body))
