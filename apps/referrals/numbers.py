"""The pages of what this room numbers."""

import re

from django.urls import reverse

from apps.referrals.models.invitations import FIRST_NUMBER

NUMBER = re.compile(r"IN-([0-9]{5,14})")


def address_of(subject: str) -> str:
    """The page of the invitation an entry is about, "" for one about anything else."""
    found = NUMBER.fullmatch(subject)
    return reverse("referrals:invitation", args=[int(found[1]) - FIRST_NUMBER]) if found else ""
