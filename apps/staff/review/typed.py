"""What a reviewer ticked and typed for the lines of one page, kept as it was typed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.staff.review.deciding import LONGEST
from apps.staff.review.rows import ReviewLine

KEEP, REMOVE = "keep", "remove"


@dataclass
class Typed:
    """One line with what was ticked, the reason as typed, and what is wrong with it.

    elsewhere  the page where it ends instead, where it does not end here and the reviewer may open that
    """

    line: ReviewLine
    decision: str = ""
    reason: str = ""
    errors: list[str] = field(default_factory=list)
    elsewhere: str = ""


def typed_for(lines: Sequence[ReviewLine], sent: QueryDict | None = None) -> list[Typed]:
    """Of each line what was sent for it; nothing is ticked beforehand."""
    given = sent or QueryDict()
    return [
        Typed(one, given.get(f"decision-{one.pk}", ""), given.get(f"reason-{one.pk}", "").strip())
        for one in lines
    ]


def check(typed: Sequence[Typed]) -> bool:
    """Say beside each line what is wrong; True when all may be saved."""
    for one in typed:
        if one.decision not in ("", KEEP, REMOVE):
            one.errors.append(_("Choose to keep it or to remove it."))
        if one.decision == REMOVE and not one.reason:
            one.errors.append(_("Say why this is taken away."))
        if not one.decision and one.reason:
            one.errors.append(_("Choose to keep it or to remove it: the reason alone decides nothing."))
        if len(one.reason) > LONGEST:
            one.errors.append(
                _("This is too long. Use at most %(longest)s characters.") % {"longest": LONGEST}
            )
    return not any(one.errors for one in typed)
