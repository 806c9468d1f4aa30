"""Tells whoever started an act what became of it, when that was not known at once."""

from django.urls import reverse

from apps.core.formats import points as in_words
from apps.operations.acts.rows import ActRow
from apps.operations.notices import tell_end
from apps.points.models import Redemption, Reversal


def url_of(subject: Redemption | Reversal) -> str:
    """The page of a redemption or reversal."""
    name = "redemption" if isinstance(subject, Redemption) else "reversal"
    return reverse(f"points:{name}", args=[subject.pk])


def tell_settled(subject: Redemption | Reversal, act: ActRow, *, was: str) -> None:
    """A notice for the person, in the caller's transaction, if they left it without knowing."""
    about = f"{subject.number}, {in_words(subject.points)}"
    tell_end(act, was=was, about=about, url=url_of(subject), user_id=subject.user_id)
