"""The pages of what this room numbers."""

import re

from django.urls import reverse

from apps.points.models.redemptions import FIRST_NUMBER

PAGES = {"RD": "points:redemption", "RV": "points:reversal"}
NUMBER = re.compile(r"(RD|RV)-([0-9]{5,14})")


def address_of(subject: str) -> str:
    """The page of the redemption or reversal an entry is about, "" for one about anything else."""
    found = NUMBER.fullmatch(subject)
    return reverse(PAGES[found[1]], args=[int(found[2]) - FIRST_NUMBER]) if found else ""
