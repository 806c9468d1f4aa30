"""Tells whoever started an act what became of it when that was not known at once, or somebody else decided."""

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.kept import points as in_words
from apps.operations.acts.rows import ActRow
from apps.operations.models import Notice
from apps.operations.notices import tell, tell_end
from apps.points.models import Redemption, Reversal, State


def url_of(subject: Redemption | Reversal) -> str:
    """The page of a redemption or reversal."""
    name = "redemption" if isinstance(subject, Redemption) else "reversal"
    return reverse(f"points:{name}", args=[subject.pk])


def tell_settled(subject: Redemption | Reversal, act: ActRow, *, was: str) -> None:
    """A notice for the person, in the caller's transaction, if they left it without knowing."""
    about = f"{subject.number}, {in_words(subject.points)}"
    tell_end(act, was=was, about=about, url=url_of(subject), user_id=subject.user_id)


def tell_decided(reversal: Reversal) -> None:
    """A notice for whoever asked, in the caller's transaction, once somebody else's decision has ended it.

    Nothing while it still waits or is on its way, for one's own withdrawal, nor for the rows of an approved file.
    """
    if not reversal.why or reversal.decided_by_id in (None, reversal.user_id):
        return
    words = {
        State.DONE: _("%(number)s was approved and given back: %(points)s."),
        State.REJECTED: _("%(number)s was rejected, nothing was given back: %(points)s."),
        State.REFUSED: _("%(number)s was approved, but nothing was given back: %(points)s."),
    }.get(State(reversal.state))
    if words is None:
        return
    tell(
        user_id=reversal.user_id,
        words=words % {"number": reversal.number, "points": in_words(reversal.points)},
        url=url_of(reversal),
        level=Notice.Level.OK if reversal.state == State.DONE else Notice.Level.BAD,
    )
