"""Full identifiers, normalised and turned into keyed hashes: searchable, never stored in clear."""

import re
from collections.abc import Iterable

import phonenumbers
from django.conf import settings

from apps.audit import hashing

FAMILIES = {"mobile": "mobile", "phone": "mobile", "msisdn": "mobile", "email": "email"}
PHONE_LIKE = re.compile(r"\+?[\d\s().\-/]{7,24}")


def digests_of(identifiers: Iterable[tuple[str, str]]) -> list[bytes]:
    """The keyed hashes of (kind, full value) pairs, each once, in a steady order."""
    pairs = (normalised(kind, value) for kind, value in identifiers)
    return sorted({hashing.digest(family, text) for family, text in pairs if text})


def search_digests(value: str) -> list[bytes]:
    """All hashes under which a typed value of unknown kind may have been stored."""
    kinds = ["email"] if "@" in value else []
    if PHONE_LIKE.fullmatch(value.strip()):
        kinds.append("mobile")
    return digests_of((kind, value) for kind in [*kinds, "text"])


def normalised(kind: str, value: str) -> tuple[str, str]:
    """(family, text): mobiles as digits with country code, e-mails in lower case, the rest without spaces."""
    family = FAMILIES.get(kind.lower(), "text")
    text = "".join(value.split())
    return (family, mobile_digits(text)) if family == "mobile" else (family, text.casefold())


def mobile_digits(text: str) -> str:
    """``+91 5550 000 123``, ``05550000123`` and ``5550000123`` are one number in the default region IN."""
    digits = re.sub(r"\D", "", text)
    for written in (text, f"+{digits}"):
        try:
            number = phonenumbers.parse(written, settings.CONSOLE_DEFAULT_REGION)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            return f"{number.country_code}{number.national_number}"
    return digits
