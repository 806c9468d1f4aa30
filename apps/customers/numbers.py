"""Reads a phone number in any of the ways people write one and gives the forms the outside may know it by."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType

from apps.customers.typed import digits_of

PHONE_LETTERS = re.compile(r"[(\[\s]*\+?[\d\s()\[\]./-]+")
# The zero that is dialled only inside the country: +44 (0) 20.
INSIDE_ONLY = re.compile(r"\(0\)")
PREFIX = re.compile(r"^(tel|phone|mob|mobile|ph)\b\s*[.:]*\s*", re.IGNORECASE)
FEWEST_DIGITS, MOST_DIGITS = 7, 15
MOST_FORMS = 4


def bare_number(text: str) -> str:
    """The text without a leading "tel:", when what is left has nothing but the signs of a number; else empty."""
    rest = PREFIX.sub("", text)
    return rest if PHONE_LETTERS.fullmatch(rest) and digits_of(rest) else ""


def says_country(text: str) -> bool:
    """Whether the country code was written out: +44 or 0044."""
    return text.lstrip("([ ").startswith(("+", "00"))


def forms_of(text: str, region: str) -> tuple[str, ...]:
    """The forms of a mobile number to ask for, the likeliest first; empty when it cannot be one.

    Shape: digits only; with country code before without. A number that is merely possible counts: numbering
           plans grow faster than tables of them.
    """
    if says_country(text):
        text = INSIDE_ONLY.sub("", text)
    digits = digits_of(text)
    if not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS + 2:
        return ()
    forms: list[str] = []
    for number in _readings(text, digits, region):
        national = phonenumbers.national_significant_number(number)
        forms += [f"{number.country_code}{national}", national]
    return tuple(dict.fromkeys(forms))[:MOST_FORMS]


def _readings(text: str, digits: str, region: str) -> list[PhoneNumber]:
    """What the number can mean, the likeliest first."""
    if says_country(text):
        attempts: list[tuple[str, str | None]] = [(f"+{digits.removeprefix('00')}", None)]
    else:
        code = str(phonenumbers.country_code_for_region(region))
        attempts = [(digits, region)]
        if digits.startswith(code) or len(digits) > 10:
            attempts.append((f"+{digits}", None))
    return [number for attempt in attempts if (number := _read(*attempt))]


def _read(text: str, region: str | None) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    return number if phonenumbers.is_possible_number_for_type(number, PhoneNumberType.MOBILE) else None
