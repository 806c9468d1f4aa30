"""One row of the list of redemptions: what it was, what of it went back, and what may still be done about it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.capillary.types_points import PointsRedemption
from apps.capillary.types_points import Reversal as Listed
from apps.core import formats
from apps.operations.acts.rows import ActState
from apps.points.models import Redemption, Reversal, State
from apps.points.panels.ours import Ours

NOUGHT = Decimal(0)


@dataclass(frozen=True, slots=True)
class Link:
    """An act of ours. opens is its row's id, None when this person may not open it."""

    number: str
    opens: int | None


@dataclass(frozen=True, slots=True)
class Back:
    """Points that went back. by  who or which till, as far as it is told."""

    id: str
    points: Decimal | None
    at: datetime | None
    by: str
    link: Link | None


@dataclass(frozen=True, slots=True)
class Row:
    """A redemption as the table draws it.

    id        in the outside's list, "" while it is in none;  short  as redeeming answered it
    up_to     what remains may be less: an act on it is open
    badge     one of the fixed badges; "" with words of its own in state, icon and tone
    note      what the state does not say, a sentence;  about  the reversal the note is about
    reversible  points of it can be given back now
    """

    id: str
    short: str
    link: Link | None
    at: datetime | None
    where: str
    by: str
    bill: str
    points: Decimal | None
    reversed: Decimal | None
    remaining: Decimal | None
    backs: tuple[Back, ...] = ()
    up_to: bool = False
    badge: str = ""
    state: str = ""
    icon: str = ""
    tone: str = ""
    note: str = ""
    about: Link | None = None
    reversible: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What may be done about a redemption, as the fields of a row of the same names."""

    badge: str = ""
    state: str = ""
    icon: str = ""
    tone: str = ""
    note: str = ""
    about: Link | None = None
    up_to: bool = False
    reversible: bool = False


def listed_row(row: PointsRedemption, ours: Ours) -> Row:
    """A redemption of the list, made here or anywhere."""
    own = ours.redemption_of(row)
    where = str(row.store or row.till or row.redeemed_where or "")
    # Tills are often called by their store: "Store 12 till 1".
    till = str(row.till or "").removeprefix(where).strip()
    standing = _standing(row, ours)
    return Row(
        id=row.id,
        short=own.outside_id if own and own.outside_id != row.id else "",
        link=_link(own, ours.opens_redemptions),
        at=row.redeemed_at,
        where=where,
        by=_who(own, ours.opens_redemptions) or till,
        bill=row.transaction_number,
        points=row.points,
        reversed=row.reversed_points,
        remaining=None if row.remaining_points is None else max(row.remaining_points, NOUGHT),
        backs=tuple(_back(one, ours.reversals_of(row), ours.opens_reversals) for one in row.reversals),
        **{name: getattr(standing, name) for name in Standing.__dataclass_fields__},
    )


def own_row(act: Redemption, ours: Ours) -> Row:
    """A redemption of ours the list does not show: nothing of it can be given back now."""
    note = act.message if act.state in (ActState.NOT_DONE, ActState.PERSON) else ""
    if act.state == ActState.DONE and not act.is_not_proved:
        note = _("Capillary's list does not show it yet.")
    return Row(
        id="",
        short=act.outside_id,
        link=_link(act, ours.opens_redemptions),
        at=act.started_at,
        where=act.store.name,
        by=_who(act, ours.opens_redemptions),
        bill=act.bill,
        points=act.points,
        reversed=None,
        remaining=None,
        badge=act.badge,
        note=note,
    )


def _standing(row: PointsRedemption, ours: Ours) -> Standing:
    """Most pressing first: what is under way, what cannot be reversed and why, what can."""
    acts = ours.reversals_of(row)
    under_way = next((one for one in acts if one.is_unknown or one.state == State.WAITING), None)
    behind = ours.behind(row)
    if under_way is not None:
        return Standing(
            badge=under_way.badge,
            note=_under_way(under_way),
            about=_link(under_way, ours.opens_reversals),
            up_to=True,
        )
    if behind is not None:
        words = _("%(points)s were given back, and Capillary's list does not show it.")
        return Standing(
            badge=behind.badge,
            note=words % {"points": formats.points(behind.given)},
            about=_link(behind, ours.opens_reversals),
            up_to=True,
        )
    named = row.id.isascii() and row.id.isalnum()
    if row.remaining_points is None or not named:
        note = (
            _("Capillary does not tell its points.") if named else _("Capillary tells no id to name it by.")
        )
        return Standing(state=_("Cannot be reversed here"), icon="circle-dashed", note=note)
    if row.remaining_points <= 0:
        return Standing(state=_("Fully reversed"), icon="checks")
    refused = next((one for one in acts if _refused_today(one)), None)
    return Standing(
        state=_("Reversible"),
        icon="circle-check",
        tone="ok",
        note=_("Refused today: %(why)s") % {"why": refused.message} if refused else "",
        about=_link(refused, ours.opens_reversals),
        reversible=True,
    )


def _under_way(act: Reversal) -> str:
    values = {"points": formats.points(act.points)}
    if act.state == State.WAITING:
        return _("%(points)s wait for a second person.") % values
    return _("%(points)s are on their way back.") % values


def _refused_today(act: Reversal) -> bool:
    # Asked today and refused: the row of a refusal has no moment of its own.
    return act.state == State.REFUSED and timezone.localdate(act.asked_at) == timezone.localdate()


def _back(told: Listed, acts: list[Reversal], opens: frozenset[int]) -> Back:
    own = next((one for one in acts if told.id and told.id in (one.listed_id, one.outside_id)), None)
    till = str(told.by or "") or (_("till %(id)s") % {"id": told.till_id} if told.till_id else "")
    return Back(told.id, told.points, told.reversed_at, _who(own, opens) or till, _link(own, opens))


def _link(act: Redemption | Reversal | None, opens: frozenset[int]) -> Link | None:
    return Link(act.number, act.pk if act.pk in opens else None) if act else None


def _who(act: Redemption | Reversal | None, opens: frozenset[int]) -> str:
    """A colleague's name, for those who may open what they did."""
    return act.user_name if act and act.pk in opens else ""
