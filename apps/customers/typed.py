"""Makes what was typed or pasted readable: invisible characters gone, digits and dashes of any script plain."""

import unicodedata

from django.utils.translation import gettext as _

from apps.core.errors import BadInput

LONGEST = 200
FIELD = "q"


def tidy(text: str) -> str:
    """The text as a person meant it.

    Raises: BadInput when nothing is left, when it is too long, or when it holds control characters
    """
    if len(text) > LONGEST:
        raise BadInput(
            _("This is %(length)s characters long. An identifier or name has at most %(longest)s.")
            % {"length": f"{len(text):,}", "longest": LONGEST},
            field=FIELD,
        )
    plain = " ".join("".join(_plain(letter) for letter in text).split())
    if not plain:
        raise BadInput(_("Type a phone number, e-mail, card, external id or part of a name."), field=FIELD)
    return plain


def _plain(letter: str) -> str:
    """One character in its plain form; an invisible one becomes nothing, a line break a space."""
    category = unicodedata.category(letter)
    if letter.isspace():
        return " "
    if category in {"Cc", "Cs", "Cn", "Co"}:
        raise BadInput(
            _("This holds characters that no identifier has. Type it by hand, or paste it as plain text."),
            field=FIELD,
        )
    if category == "Cf":
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(letter))
    if category == "Pd":
        return "-"
    # Full-width letters and signs, as a Chinese or Japanese keyboard types them.
    return unicodedata.normalize("NFKC", letter) if "\uff00" <= letter <= "\uffef" else letter


def digits_of(text: str) -> str:
    """Only the digits."""
    return "".join(letter for letter in text if letter.isdecimal())


def letters_in(text: str) -> int:
    """How many letters of any script."""
    return sum(letter.isalpha() for letter in text)


def same(one: str, other: str) -> bool:
    """Whether two spellings of an identifier mean the same: case and separators of numbers aside."""
    return _key(one) == _key(other)


def _key(text: str) -> str:
    bare = "".join(letter for letter in text if letter not in " -+().").casefold()
    return bare if bare.isdecimal() else text.strip().casefold()
