"""The text of a note: tidied as it is sent, and what an equal one has in common with it."""

import hashlib
import unicodedata

from django.utils.translation import gettext as _

from apps.core.errors import BadInput
from apps.core.payment_cards import check_no_card

LONGEST = 1000


def tidy_note(text: str) -> str:
    """The text as it is sent: line ends plain, control and invisible characters out.

    Raises: BadInput (text), also for the number of a payment card: what is sent stays in Capillary
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        sign for sign in plain if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cs", "Cn", "Co"}
    )
    kept = "\n".join(" ".join(line.split()) for line in kept.split("\n")).strip()
    if not kept:
        raise BadInput(_("Write the note first."), field="text")
    if len(kept) > LONGEST:
        raise BadInput(
            _("This note has %(length)s characters, at most %(longest)s can be added. Shorten it.")
            % {"length": f"{len(kept):,}", "longest": f"{LONGEST:,}"},
            field="text",
        )
    return check_no_card(kept, "text")


def hash_of(customer_id: int, text: str) -> str:
    """What an equal note has in common: SHA-256 of customer and text, spaces and case aside."""
    return hashlib.sha256(f"{customer_id}\n{' '.join(text.split()).casefold()}".encode()).hexdigest()
