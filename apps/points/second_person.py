"""When a reversal needs a second person, and who that may be."""

from decimal import Decimal

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.capillary.types_points import PointsRedemption
from apps.core.errors import Refused
from apps.core.kept import points as in_words
from apps.points.models import PointsRules, Redemption, Reversal
from apps.points.models.reversals import APPROVE
from apps.points.reading import Known
from apps.points.tracing import trace
from apps.staff.models import Store, User
from apps.staff.stores import stores_where

Why = list[dict[str, str]]
# What the approval of a file settles for its rows; a colleague's own is looked at alone.
SETTLED = frozenset({"amount", "other_store"})


def where_redeemed(row: PointsRedemption) -> Store | None:
    """Our store in which it was redeemed, None when it is none of ours or not told."""
    ours = Redemption.objects.select_related("store").filter(listed_id=row.id).first()
    if ours is not None:
        return ours.store
    till = row.till.code if row.till else ""
    return Store.objects.filter(till_code=till).first() if till else None


def reasons(
    *,
    rules: PointsRules,
    store: Store,
    redeemed_store: Store | None,
    known: Known,
    where: str,
    points: Decimal | None,
    before: Decimal,
) -> Why:
    """Why a second person has to approve; empty when nobody has to.

    points  to give back now, None: whatever their number;  before  what went back of this redemption already: in
            parts nobody gives back alone more than at once
    """
    why: Why = []
    words = above(rules.alone_up_to, points, before) if points is not None else ""
    if words:
        why.append({"rule": "amount", "words": words})
    if redeemed_store is None or redeemed_store.pk != store.pk:
        there = (redeemed_store.name if redeemed_store else where) or _("another store")
        why.append({"rule": "other_store", "words": _("It was redeemed in %(store)s.") % {"store": there}})
    if known.is_colleague:
        why.append({"rule": "colleague", "words": _("The customer is a colleague.")})
    return why


def above(alone_up_to: Decimal | None, points: Decimal, before: Decimal) -> str:
    """The rule of the amount in words where these points are too many for one person, else ""."""
    if alone_up_to is None or points + before <= alone_up_to:
        return ""
    told = {"points": in_words(alone_up_to)}
    if points > alone_up_to:
        return _("More than %(points)s are given back.") % told
    return _("With what went back before, more than %(points)s are given back.") % told


def why_not(user: User, reversal: Reversal) -> str:
    """Why this person may not decide on this reversal, "" when they may."""
    if not user.has_perm(APPROVE):
        return _("Your role does not decide on reversals.")
    if reversal.user_id == user.pk:
        return _("Nobody decides on their own reversal.")
    if reversal.user_id in user.hands:
        return _("Nobody decides on what a program asked whose key they made, nor the other way round.")
    stores = stores_where(user, APPROVE)
    if reversal.store_id not in stores and reversal.redeemed_store_id not in stores:
        return _("You do not decide for this store.")
    return ""


def check_may_decide(*, actor: Actor, user: User, reversal: Reversal) -> None:
    """Raises Refused with the reason; the refusal is an entry."""
    words = why_not(user, reversal)
    if words:
        refuse(actor=actor, reversal=reversal, words=words)


def refuse(*, actor: Actor, reversal: Reversal, words: str) -> None:
    """Write the refusal down and raise it."""
    trace("refused", reversal, actor=actor, outcome="refused", reason=words)
    raise Refused(words, next_step=_("Leave it to somebody else who may decide."))
