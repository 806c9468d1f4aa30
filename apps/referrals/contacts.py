"""Mobiles and e-mail addresses in this room: read as typed, compared in every spelling, hashed for keeping."""

from dataclasses import dataclass, field
from functools import lru_cache

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

from apps.audit import hashing
from apps.audit.identifiers import digests_of, mobile_digits
from apps.core.masking import mask

MOBILE, EMAIL = "mobile", "email"
LONGEST_EMAIL = 100
# From here on a number told by the outside is taken to have its country code.
FULL_DIGITS = 11
_is_email = EmailValidator(allowlist=[])


@dataclass(frozen=True)
class Contact:
    """How somebody is reached. value: digits with country code, or an address; problem says why there is none."""

    kind: str
    value: str = field(default="", repr=False)
    problem: str = ""

    @property
    def mask(self) -> str:
        """Enough to recognise it."""
        return mask(self.kind, self.value)

    @property
    def digest(self) -> str:
        """The keyed hash it is kept and found by, in hex."""
        return digest_of(self.kind, self.value)


def read_contact(typed: str) -> Contact:
    """What somebody typed: with an @ an e-mail address, else a mobile; without a country code that of the region."""
    text = "".join(sign for sign in typed if sign.isprintable() or sign.isspace()).strip()
    return _email(text) if "@" in text else _mobile(text)


def looks_like_contact(text: str) -> bool:
    """A mobile or an address, right or wrong, rather than a name."""
    digits, letters = (sum(map(of, text)) for of in (str.isdecimal, str.isalpha))
    return "@" in text or digits > letters


def digest_of(kind: str, value: str) -> str:
    """The keyed hash of a value in its full form, in hex."""
    return hashing.digest(kind, value.casefold() if kind == EMAIL else value).hex()


def digests_like(kind: str, value: str) -> frozenset[str]:
    """All hashes under which the same value may be kept elsewhere: other rooms hash a number as it was told."""
    return frozenset({digest_of(kind, value), *(one.hex() for one in digests_of([(kind, value)]))})


def forms_of(kind: str, told: str) -> frozenset[str]:
    """Every full form a value told by the outside may mean: with its country code, or without that of the region."""
    if kind == EMAIL:
        text = "".join(told.split()).casefold()
        return frozenset({text} if text else ())
    digits = "".join(sign for sign in told if sign.isdecimal())
    if not digits:
        return frozenset()
    if len(digits) >= FULL_DIGITS and not digits.startswith("0"):
        return frozenset({digits})
    return frozenset({digits, mobile_digits(told)})


def _email(text: str) -> Contact:
    try:
        if len(text) > LONGEST_EMAIL or "," in text:
            raise ValidationError("")
        _is_email(text)
    except ValidationError:
        return Contact(EMAIL, problem=_("This e-mail address is not complete."))
    return Contact(EMAIL, text)


def _mobile(text: str) -> Contact:
    # Digits of any script are digits; letters are none, whatever numbers they spell on a telephone.
    plain = "".join(sign for sign in text if not sign.isspace())
    if not plain or any(sign.isalpha() for sign in plain):
        return Contact(MOBILE, problem=_("This is neither a mobile number nor an e-mail address."))
    digits = _possible(plain)
    if not digits:
        return Contact(
            MOBILE,
            problem=_("This is no possible mobile number. Check its digits; one from abroad begins with +."),
        )
    return Contact(MOBILE, digits)


@lru_cache(maxsize=1024)
def _possible(text: str) -> str:
    """The number with its country code, "" for one no mobile can have. Without + or 00 it is one of the region's:
    a local number with a digit too many must not become one of another country."""
    digits = "".join(str(int(sign)) for sign in text if sign.isdecimal())
    spelled = f"+{digits.removeprefix('00')}" if text.startswith(("+", "00")) else digits
    try:
        number = phonenumbers.parse(spelled, settings.CONSOLE_DEFAULT_REGION)
    except phonenumbers.NumberParseException:
        return ""
    told = phonenumbers.is_possible_number_for_type_with_reason(number, phonenumbers.PhoneNumberType.MOBILE)
    if told != phonenumbers.ValidationResult.IS_POSSIBLE:
        return ""
    return f"{number.country_code}{number.national_number}"
