"""The picture of how far the invited came: one piece for each stage, and a sentence that says the same."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.formats import number
from apps.referrals.story import Totals

STAGES: dict[str, str | Promise] = {
    "invited": gettext_lazy("Invited"),
    "joined": gettext_lazy("Joined"),
    "bought": gettext_lazy("Bought"),
    "rewarded": gettext_lazy("Rewarded"),
}
# Each piece is PIECE wide in a drawing that is stretched to its place; the gap lets the pieces be told apart.
PIECE, GAP, HEIGHT = 250, 8, 40
# A stage with somebody in it is never drawn as nothing.
LEAST = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """One stage: how many, in words how much of the stage before, and the outline of its piece."""

    label: str | Promise
    count: int
    note: str
    outline: str


@dataclass(frozen=True, slots=True)
class Funnel:
    """pieces from invited to rewarded"""

    pieces: tuple[Piece, ...]
    sentence: str


def funnel_of(totals: Totals) -> Funnel:
    """The picture of these totals."""
    heights = [_height(count, percent) for _stage, count, percent in totals.funnel]
    pieces = []
    before = 0
    for at, (stage, count, _percent) in enumerate(totals.funnel):
        after = heights[at + 1] if at + 1 < len(heights) else heights[at]
        note = _share(count, before, STAGES[totals.funnel[at - 1][0]]) if at else ""
        pieces.append(Piece(STAGES[stage], count, note, _outline(at, heights[at], after)))
        before = count
    values = {stage: number(count) for stage, count, _percent in totals.funnel}
    sentence = _("%(invited)s invited, %(joined)s joined, %(bought)s bought, %(rewarded)s rewarded.") % values
    return Funnel(tuple(pieces), sentence)


def _height(count: int, percent: int) -> int:
    return max(LEAST, HEIGHT * percent // 100) if count else 0


def _outline(at: int, left: int, right: int) -> str:
    """From its own height to that of the next piece, around the middle line."""
    start, end = at * PIECE, (at + 1) * PIECE - GAP
    top_left, top_right = (HEIGHT - left) / 2, (HEIGHT - right) / 2
    return f"M{start} {top_left:g}L{end} {top_right:g}V{HEIGHT - top_right:g}L{start} {HEIGHT - top_left:g}Z"


def _share(count: int, before: int, stage: str | Promise) -> str:
    """Empty where more came than were invited: a share above the whole tells nothing."""
    if not before or count > before:
        return ""
    return _("%(percent)s %% of %(stage)s") % {
        "percent": 100 * count // before,
        "stage": str(stage).lower(),
    }
