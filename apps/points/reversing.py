"""Giving redeemed points back: asked for, and sent at once where nobody else has to approve."""

from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.writing import written
from apps.capillary.types_points import PointsRedemption
from apps.core.context import current_reference
from apps.core.errors import BadInput, Conflict
from apps.core.kept import points as in_words
from apps.operations.recent import remember_act
from apps.points.authority import check_customer, check_verified, store_for
from apps.points.facts import facts_from, given_back_of, remaining_of
from apps.points.giving_back import in_flight, reserve, send
from apps.points.models import Redemption, Reversal, ReversalAct, State
from apps.points.reading import Known, read_both
from apps.points.ruling import rules_for
from apps.points.sealing import seal
from apps.points.second_person import SETTLED, Why, reasons, where_redeemed
from apps.points.states import OPEN
from apps.points.switched import REVERSE
from apps.points.tidying import exact_points, places_of, tidied_reversal
from apps.points.tracing import refusals_traced, trace
from apps.points.wanted import FileApproval, Reversible, WantedReversal
from apps.staff.connection import client_for
from apps.staff.models import Store, User


def reversible(*, actor: Actor, user: User, customer_id: int, redemption_id: str) -> Reversible:
    """The redemption as it stands outside now: two calls, three for an old one. No entry of its own.

    Raises: Refused without the permission or while switched off; Missing; Conflict (merged customer); CapillaryError
    """
    store = store_for(REVERSE, actor=actor, user=user)
    known, row = read_both(client_for(actor), customer_id, redemption_id)
    return told_of(store, known, row)


def told_of(store: Store, known: Known, row: PointsRedemption) -> Reversible:
    """What a person is shown of a redemption before points of it go back from this store."""
    rules = rules_for(store)
    open_one = Reversal.objects.filter(redemption_id=row.id, state__in=OPEN).first()
    return Reversible(
        redemption_id=row.id,
        points=row.points or remaining_of(row),
        remaining=remaining_of(row),
        at=row.redeemed_at,
        where=_where(row),
        bill=row.transaction_number,
        name=known.person.name,
        mask=known.person.mask,
        balance=known.person.balance,
        open=open_one.number if open_one else "",
        alone_up_to=rules.alone_up_to,
        why=tuple(
            reasons(
                rules=rules,
                store=store,
                redeemed_store=where_redeemed(row),
                known=known,
                where=_where(row),
                points=None,
                before=given_back_of(row),
            )
        ),
        reversals=tuple(
            (one.id, one.points, one.reversed_at, str(one.by or "") or one.till_id) for one in row.reversals
        ),
        fingerprint=facts_from(known, row).fingerprint,
    )


def ask_reversal(
    *, actor: Actor, user: User, wanted: WantedReversal, file: FileApproval | None = None
) -> Reversal:
    """Ask for points back. The same form sent again gives the same reversal.

    file    who approved the file this is a row of: they are the second person, whatever its number and store
    Shape:  the reversal: waiting for a second person, done, or going with an open act: not known yet
    Raises: BadInput (points, reason, redemption_id); Refused without the permission or the verification asked for,
            while switched off, or for the person's own account; Missing when the customer has no such redemption;
            Conflict while another reversal of it is undecided or not settled, when less remains, or for a merged
            customer; CapillaryError: certainly not done; TraceUnavailable
    """
    already = _of_form(user, wanted)
    if already is not None:
        return already
    store = store_for(REVERSE, actor=actor, user=user)
    wanted = tidied_reversal(wanted)
    known, row = read_both(client_for(actor), wanted.customer_id, wanted.redemption_id)
    check_customer(REVERSE, actor=actor, user=user, known=known, points=wanted.points)
    rules = rules_for(store)
    with refusals_traced(actor=actor, customer_id=wanted.customer_id, points=wanted.points):
        check_points(wanted.points, row, places_of(rules, row.program_id))
    level = check_verified(
        REVERSE,
        actor=actor,
        user=user,
        customer_id=wanted.customer_id,
        needed=rules.reverse_level,
        points=wanted.points,
    )
    redeemed_store = where_redeemed(row)
    why = reasons(
        rules=rules,
        store=store,
        redeemed_store=redeemed_store,
        known=known,
        where=_where(row),
        points=wanted.points,
        before=given_back_of(row),
    )
    if file is not None:
        why = [one for one in why if one["rule"] not in SETTLED]
    reversal = _row(actor, user, store, wanted, known, row, level, why)
    reversal.redeemed_store = redeemed_store
    if file is not None and not why:
        reversal.decided_by, reversal.decided_by_name = file.by, file.by.name
        reversal.decided_at, reversal.decision_reason = file.at, file.words
    with refusals_traced(actor=actor, customer_id=wanted.customer_id, points=wanted.points):
        try:
            act = _reserve(actor, reversal, store)
        except (IntegrityError, Conflict):
            # The other half of a double click was quicker: this one says the same.
            other = _of_form(user, wanted)
            if other is None:
                raise
            return other
    if act is None:
        return reversal
    done = send(actor=actor, act=act)
    remember_act(
        user.pk, wanted.customer_id, _("%(points)s given back") % {"points": in_words(wanted.points)}
    )
    return done


def _reserve(actor: Actor, reversal: Reversal, store: Store) -> ReversalAct | None:
    """The reversal, its act where nobody has to approve, and the entries, in one short transaction."""
    with written():
        try:
            with transaction.atomic():
                reversal.save()
        except IntegrityError:
            raise in_flight() from None
        trace(
            "asked",
            reversal,
            actor=actor,
            reason=reversal.reason,
            why=[one["rule"] for one in reversal.why],
        )
        if reversal.why:
            return None
        act = reserve(reversal, actor=actor, store=store)
        trace("begun", reversal, actor=actor, reason=reversal.reason)
    return act


def _row(
    actor: Actor,
    user: User,
    store: Store,
    wanted: WantedReversal,
    known: Known,
    row: PointsRedemption,
    level: str,
    why: Why,
) -> Reversal:
    ours = Redemption.objects.filter(customer_id=wanted.customer_id, listed_id=row.id).first()
    return Reversal(
        token=wanted.token,
        correlation=current_reference(),
        user=user,
        user_name=user.name,
        user_role=actor.role,
        store=store,
        customer_id=wanted.customer_id,
        customer_name_sealed=seal(known.person.name),
        customer_mask=known.person.mask,
        handle_sealed=seal(str(known.ledger_handle)),
        identifier_sealed=seal(str(known.reversal_identifier)),
        verification=level,
        redemption_id=row.id,
        redemption_outside_id=ours.outside_id if ours else "",
        redemption_points=row.points or wanted.points,
        redeemed_at=row.redeemed_at,
        redeemed_where=_where(row)[:160],
        points=wanted.points,
        reason=wanted.reason,
        state=State.WAITING if why else State.GOING,
        why=why,
        facts=facts_from(known, row).plain(),
    )


def check_points(points: Decimal, row: PointsRedemption, places: int) -> None:
    """Raises BadInput beside the points; Conflict when nothing is left to give back."""
    remaining = remaining_of(row)
    if row.points is None:
        raise Conflict(_("Capillary does not tell how many points were redeemed, so none can be given back."))
    if remaining <= 0:
        raise Conflict(
            _("All points of this redemption were given back already."),
            next_step=_("Look at its reversals."),
        )
    exact_points(points, places)
    if points > remaining:
        raise BadInput(
            _("Only %(points)s of this redemption remain.") % {"points": in_words(remaining)}, field="points"
        )


def _where(row: PointsRedemption) -> str:
    return str(row.store or row.till or "") or row.redeemed_where


def _of_form(user: User, wanted: WantedReversal) -> Reversal | None:
    """What this form asked for already. Raises Conflict when something else stands in it now."""
    rows = Reversal.objects.select_related("store", "redeemed_store")
    already = rows.filter(user=user, token=wanted.token).first()
    if already is None:
        return None
    ids = {already.redemption_id, already.redemption_outside_id}
    same = already.customer_id == wanted.customer_id and already.points == wanted.points
    if not same or wanted.redemption_id.strip() not in ids:
        raise Conflict(
            _("This form asked for %(number)s already. What stands in it now was not sent.")
            % {"number": already.number},
            next_step=_("Look at that reversal. For something else, open the form again."),
        )
    return already
