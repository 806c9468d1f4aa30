"""Typed words as they are kept: printable, tidied, and not too long."""

from django.utils.translation import gettext as _

from apps.core.errors import BadInput
from apps.core.formats import number


def line(text: str, longest: int, field: str) -> str:
    """One line. Raises BadInput beside the field when it is too long."""
    shown = "".join(sign for sign in text if sign.isprintable() or sign.isspace())
    return _short(" ".join(shown.split()), longest, field)


def lines(text: str, longest: int, field: str) -> str:
    """Several lines, each tidied. Raises BadInput beside the field when it is too long."""
    kept = ("".join(sign for sign in one if sign.isprintable()).strip() for one in text.splitlines())
    return _short("\n".join(kept).strip(), longest, field)


def needed(text: str, longest: int, field: str, *, missing: str) -> str:
    """One line that must be there. Raises BadInput, with these words when there is none."""
    words = line(text, longest, field)
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
