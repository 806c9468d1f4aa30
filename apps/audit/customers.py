"""Which numbers are internal customer ids: the one thing that may stand in the trail in clear."""

import re

from apps.audit.models import Entry

SHAPE = re.compile(r"[1-9][0-9]{0,17}")
# No phone number with its area is that short. Longer ones are ids only once the outside has said so.
SURE_DIGITS = 9


def is_internal_id(text: str) -> bool:
    """True when this can be nothing but an internal id: short, or named by an answer from outside before."""
    if not SHAPE.fullmatch(text):
        return False
    return len(text) <= SURE_DIGITS or told_before(text)


def told_before(text: str) -> bool:
    """Whether the column holds it: it came there first with an answer from outside that named it.

    Any entry tells: the answer itself leaves for an archive long before the acts that followed it.
    """
    return Entry.objects.filter(customer=text).exists()


def is_known(text: str) -> bool:
    """Whether the trail holds anything about a customer with this id."""
    return bool(SHAPE.fullmatch(text)) and Entry.objects.filter(customer=text).exists()
