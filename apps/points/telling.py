"""Tells whoever started an act what became of it, when that was not known at once."""

from django.urls import NoReverseMatch, reverse

from apps.core.formats import points as in_words
from apps.operations.acts.rows import ActRow
from apps.operations.notices import tell_end
from apps.points.models import Redemption, Reversal


def url_of(subject: Redemption | Reversal) -> str:
    """The page of a redemption or reversal."""
    return address("redemption" if isinstance(subject, Redemption) else "reversal", subject.pk)


def address(name: str, pk: int) -> str:
    """An address of this room, "" while it has no such page."""
    try:
        return reverse(f"points:{name}", args=[pk])
    except NoReverseMatch:
        return ""


def tell_settled(subject: Redemption | Reversal, act: ActRow, *, was: str) -> None:
    """A notice for the person, in the caller's transaction, if they left it without knowing."""
    about = f"{subject.number}, {in_words(subject.points)}"
    tell_end(act, was=was, about=about, url=url_of(subject), user_id=subject.user_id)
