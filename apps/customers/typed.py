"""Makes what was typed or pasted readable: invisible characters gone, digits and dashes of any script plain."""

import unicodedata

from django.utils.translation import gettext as _

from apps.core.errors import BadInput

LONGEST = 200
FIELD = "q"
# Signs that come along when something is copied out of a sentence or a list.
BEFORE, AFTER = " ,;", " ,;:."
QUOTED = ('""', "''", "“”", "„“", "„”", "«»", "‹›")
# Apostrophes of word processors and phones, and the minus sign, as a keyboard types them.
TYPED_AS = {**dict.fromkeys(map(ord, "’‘ʼ‛`´′"), "'"), ord("−"): "-"}
# Scripts in which one sign is a syllable or a word: a name may have one alone.
SYLLABLES = ("CJK UNIFIED", "CJK COMPATIBILITY", "HANGUL SYLLABLE", "HIRAGANA", "KATAKANA")
FEWEST_LETTERS = 2


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
    plain = " ".join("".join(_plain(letter) for letter in text).translate(TYPED_AS).split())
    plain = _bare(plain)
    if not plain:
        raise BadInput(_("Type a phone number, e-mail, card, external id or part of a name."), field=FIELD)
    return plain


def _bare(text: str) -> str:
    """Without the signs around it that belong to where it was copied from."""
    text = text.lstrip(BEFORE).rstrip(AFTER)
    if len(text) > 2 and text[0] + text[-1] in QUOTED:
        text = text[1:-1].strip()
    return text


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


def enough_letters(text: str) -> bool:
    """Whether it is long enough to look for as a name."""
    return letters_in(text) >= FEWEST_LETTERS or any(
        unicodedata.name(letter, "").startswith(SYLLABLES) for letter in text
    )


def folded(text: str) -> str:
    """A name for comparing: in small letters, every apostrophe the same."""
    return text.translate(TYPED_AS).casefold()


def same(one: str, other: str) -> bool:
    """Whether two spellings of an identifier mean the same: case and separators of numbers aside."""
    return _key(one) == _key(other)


def _key(text: str) -> str:
    bare = "".join(letter for letter in text if letter not in " -+().").casefold()
    return bare if bare.isdecimal() else text.strip().casefold()
