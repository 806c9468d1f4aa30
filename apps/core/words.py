"""Typed words as they are kept: printable, tidied, not too long, and without the number of a payment card."""

from django.utils.translation import gettext as _

from apps.core.errors import BadInput
from apps.core.formats import number
from apps.core.payment_cards import check_no_card


def line(text: str, longest: int, field: str, *, is_number: bool = False) -> str:
    """One line. Raises BadInput beside the field when it is too long or holds the number of a payment card.

    is_number  it names something, such as a bill: a till may number those like cards
    """
    shown = "".join(sign for sign in text if sign.isprintable() or sign.isspace())
    kept = _short(" ".join(shown.split()), longest, field)
    return kept if is_number else check_no_card(kept, field)


def lines(text: str, longest: int, field: str) -> str:
    """Several lines, each tidied. Raises BadInput as `line`."""
    kept = ("".join(sign for sign in one if sign.isprintable()).strip() for one in text.splitlines())
    return check_no_card(_short("\n".join(kept).strip(), longest, field), field)


def needed(text: str, longest: int, field: str, *, missing: str, is_number: bool = False) -> str:
    """One line that must be there. Raises BadInput, with these words when there is none; is_number as in `line`."""
    words = line(text, longest, field, is_number=is_number)
    if not words:
        raise BadInput(missing, field=field)
    return words


def _short(text: str, longest: int, field: str) -> str:
    if len(text) > longest:
        raise BadInput(
            _("This is too long. Use at most %(longest)s characters. It has %(length)s.")
            % {"length": number(len(text)), "longest": number(longest)},
            field=field,
        )
    return text
