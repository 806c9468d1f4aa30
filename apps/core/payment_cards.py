"""Numbers of payment cards in typed words: they belong nowhere here, so they are refused before anything is kept."""

import re

from django.utils.translation import gettext as _

from apps.core.errors import BadInput

# Digits in groups, as people read them off a card: a space, a dot or a dash between.
RUN = re.compile(r"\d+(?:[ \t\u00a0\u2009.\u2010-\u2013-]{1,2}\d+)*")
GROUP = re.compile(r"\d+")
SHORTEST, LONGEST = 14, 19
# How issuers part their numbers in groups; other groups beside each other are numbers of their own.
SHAPES = ((4, 4, 4, 4), (4, 4, 4, 4, 3), (4, 6, 5), (4, 6, 4))
# First digits and lengths of the issuers. Of other numbers every tenth would pass the check of the last digit too.
ISSUED = re.compile(
    r"4(\d{15}|\d{18})"
    r"|5[1-5]\d{14}|2(2[2-9]|[3-6]\d|7[01])\d{13}|2720\d{12}"
    r"|3[47]\d{13}|3(0[0-5]|[689]\d)\d{11,16}|35\d{14,17}"
    r"|6\d{15,18}|8[12]\d{14}|(50|5[6-8])\d{14,17}"
)
# What a digit counts for where it is doubled.
DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def holds_payment_card(text: str) -> bool:
    """Whether a number of a payment card stands in it: an issuer's first digits and length, and the Luhn check.

    Groups of digits are looked at together where they are parted as on cards; a longer number is not searched inside.
    Numbers of 13 digits are none: cards had them once, and goods have them today.
    """
    return any(len(run[0]) >= SHORTEST and _one_in(GROUP.findall(run[0])) for run in RUN.finditer(text))


def check_no_card(text: str, field: str) -> str:
    """The text. Raises BadInput beside the field when it holds the number of a payment card."""
    if holds_payment_card(text):
        raise BadInput(
            _("This holds the number of a payment card. Leave it out: its last four digits are enough."),
            field=field,
        )
    return text


def _one_in(groups: list[str]) -> bool:
    """Whether a group is one, or some beside each other are."""
    joined = (
        "".join(some)
        for shape in SHAPES
        for first in range(len(groups) - len(shape) + 1)
        if tuple(map(len, some := groups[first : first + len(shape)])) == shape
    )
    return any(SHORTEST <= len(one) <= LONGEST and _is_card(one) for one in (*groups, *joined))


def _is_card(number: str) -> bool:
    # In whatever script the digits are written.
    digits = [int(sign) for sign in reversed(number)]
    if not ISSUED.fullmatch("".join(str(one) for one in reversed(digits))):
        return False
    return sum(DOUBLED[one] if place % 2 else one for place, one in enumerate(digits)) % 10 == 0
