"""Works out what a person typed: an ordered list of what it can be, with the values to ask for."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from apps.core.errors import BadInput
from apps.core.masking import mask
from apps.customers import numbers
from apps.customers.kinds import KINDS, Kind
from apps.customers.typed import FEWEST_LETTERS, FIELD, digits_of, enough_letters, tidy

LINE_ID = re.compile(r"U[0-9a-f]{32}")
WECHAT_ID = re.compile(r"o[A-Za-z0-9_-]{26,28}")
CODE = re.compile(r"[\w.:/#-]+")
TOKEN = re.compile(r"[^\s@]+")
# How mail programs copy an address: Asha Kulkarni <asha.kulkarni@example.com>.
IN_BRACKETS = re.compile(r"<([^<>\s]+@[^<>\s]+)>?$")
LONGEST_ID = 18


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing the text can be.

    values  the forms to ask for, the likeliest first
    likely  asked at once; the others only when no likely one is found
    """

    kind: Kind
    values: tuple[str, ...]
    likely: bool = True

    @property
    def masked(self) -> str:
        """The value as it may be shown and kept."""
        return mask(self.kind.masks_as, self.values[0])


def recognise(text: str, *, region: str, kind: str = "") -> tuple[Candidate, ...]:
    """What the text can be, the likeliest first; with a kind given, only that.

    region  two letters: whose phone numbers come without a country code
    kind    a code of KINDS, or empty to work it out
    Raises: BadInput with the sentence for the field
    """
    plain = tidy(text)
    if kind:
        return (_as(kind, plain, region),)
    if "@" in plain:
        return (_as("email", plain, region),)
    found = tuple(_guesses(plain, region))
    if not found:
        raise BadInput(
            _("Type at least %(count)s letters of the name, or the whole identifier.")
            % {"count": FEWEST_LETTERS},
            field=FIELD,
        )
    return found


def _guesses(plain: str, region: str) -> Iterator[Candidate]:
    if number := numbers.bare_number(plain):
        yield from _number_guesses(number, region)
    elif TOKEN.fullmatch(plain):
        yield from _token_guesses(plain)
    elif enough_letters(plain):
        yield Candidate(KINDS["name"], _name(plain))
        if digits_of(plain):
            yield from _codes("".join(plain.split()), likely=False)


def _number_guesses(number: str, region: str) -> Iterator[Candidate]:
    forms = numbers.forms_of(number, region)
    digits = digits_of(number)
    if forms:
        yield Candidate(KINDS["mobile"], forms)
    if "+" in number:
        return
    likely = not forms
    values = _once(digits, number.strip())
    if len(digits) <= LONGEST_ID:
        yield Candidate(KINDS["id"], (digits.lstrip("0") or "0",), likely)
    yield Candidate(KINDS["card"], values, likely)
    yield Candidate(KINDS["external_id"], values, likely)
    yield Candidate(KINDS["card_external_id"], values, likely)
    yield Candidate(KINDS["facebook"], (digits,), likely=False)
    yield Candidate(KINDS["martjack"], (digits,), likely=False)


def _token_guesses(plain: str) -> Iterator[Candidate]:
    """A word without spaces: an id of one of the messengers by its shape, a name, or a code."""
    if sum(letter.isalnum() for letter in plain) < FEWEST_LETTERS and not enough_letters(plain):
        return
    shaped = _messengers(plain)
    for code in shaped:
        yield Candidate(KINDS[code], (plain,))
    a_word = _reads_like_a_name(plain)
    if a_word:
        yield Candidate(KINDS["name"], _name(plain))
    yield from _codes(plain, likely=not shaped and not a_word)
    if CODE.fullmatch(plain):
        for code in ("wechat", "union", "line", "facebook", "martjack"):
            if code not in shaped:
                yield Candidate(KINDS[code], (plain,), likely=False)


def _messengers(plain: str) -> tuple[str, ...]:
    if LINE_ID.fullmatch(plain):
        return ("line",)
    return ("wechat", "union") if WECHAT_ID.fullmatch(plain) else ()


def _reads_like_a_name(plain: str) -> bool:
    bare = plain.translate({ord(sign): None for sign in "'’-."})
    # Vowel signs and accents of many scripts are marks, not letters.
    return bool(bare) and all(unicodedata.category(letter)[0] in "LM" for letter in bare)


def _codes(plain: str, *, likely: bool) -> Iterator[Candidate]:
    yield Candidate(KINDS["external_id"], (plain,), likely)
    if CODE.fullmatch(plain):
        yield Candidate(KINDS["card"], _once(plain, plain.replace("-", "")), likely)
        yield Candidate(KINDS["card_external_id"], (plain,), likely)


def _as(kind: str, plain: str, region: str) -> Candidate:
    """The text as this kind and nothing else. Raises BadInput."""
    if kind == "email":
        return Candidate(KINDS["email"], _email(plain))
    if kind == "mobile":
        return Candidate(KINDS["mobile"], _mobile(plain, region))
    if kind == "id":
        digits = plain.replace(" ", "")
        if not digits.isdecimal() or len(digits) > LONGEST_ID:
            raise BadInput(
                _("A customer id has digits only, at most %(most)s.") % {"most": LONGEST_ID}, field=FIELD
            )
        return Candidate(KINDS["id"], (digits.lstrip("0") or "0",))
    if kind == "name":
        if not enough_letters(plain):
            raise BadInput(
                _("Type at least %(count)s letters of the name.") % {"count": FEWEST_LETTERS}, field=FIELD
            )
        return Candidate(KINDS["name"], _name(plain))
    if kind in {"card", "card_external_id", "external_id"}:
        return Candidate(
            KINDS[kind], _once("".join(plain.split()), plain, plain.replace("-", "").replace(" ", ""))
        )
    return Candidate(KINDS[kind], ("".join(plain.split()),))


def _name(plain: str) -> tuple[str, ...]:
    """The name, and its first and last word: the search knows first and last names, and not both together."""
    words = [word for word in plain.split() if enough_letters(word)]
    values = _once(plain, *words[:1], *words[-1:])
    # Nobody knows which apostrophe the outside keeps.
    return _once(*values, *(value.replace("'", "’") for value in values))


def _email(plain: str) -> tuple[str, ...]:
    in_brackets = IN_BRACKETS.search(plain)
    address = (in_brackets[1] if in_brackets else plain).removeprefix("mailto:").strip("<>,;. ")
    if " " in address:
        raise BadInput(
            _("An e-mail address has no spaces. Take them out, or look up something else."), field=FIELD
        )
    try:
        validate_email(address)
    except ValidationError:
        raise BadInput(
            _(
                "This is not a whole e-mail address. It needs a name, an @ and a domain, like name@example.com."
            ),
            field=FIELD,
        ) from None
    return _once(address, address.lower())


def _mobile(plain: str, region: str) -> tuple[str, ...]:
    number = numbers.bare_number(plain)
    if not number:
        raise BadInput(_("A mobile number has digits only, with a country code or without."), field=FIELD)
    forms = numbers.forms_of(number, region)
    if not forms:
        raise BadInput(
            _("This has %(count)s digits, which is not a whole mobile number.")
            % {"count": len(digits_of(number))},
            field=FIELD,
        )
    return forms


def _once(*values: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
