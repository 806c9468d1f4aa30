"""Asks whether points can be redeemed; changes nothing and sends nothing."""

from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.capillary.errors import Rejected
from apps.capillary.types_redeeming import Redeemability
from apps.core.masking import mask
from apps.points.asking_outside import beside_our_field, check_call
from apps.points.authority import is_verified, modes_for
from apps.points.preparing import Prepared, prepare
from apps.points.reading import Known, balance_of
from apps.points.tidying import places_of, rounded_down
from apps.points.wanted import Checked, Rule, Wanted
from apps.staff.models import User


def check(*, actor: Actor, user: User, wanted: Wanted) -> Checked:
    """Whether these points can be redeemed now, what they are worth, and what is left after.

    A rule that is not met is an answer with a problem, no error. Two calls, three for a customer no store knows.
    Raises: BadInput (points, bill, purpose, notes, mode, programme_id); Refused without the permission, while
            switched off, or for the person's own account; Conflict for a merged customer; CapillaryError when it
            cannot be read
    """
    ready = prepare(actor=actor, user=user, wanted=wanted)
    try:
        told = ready.client.send(check_call(ready))
    except Rejected as error:
        return _answer(user, ready, None, beside_our_field(error))
    return _answer(user, ready, told, None)


def _answer(user: User, ready: Prepared, told: Redeemability | None, no: Rejected | None) -> Checked:
    wanted, known, rules = ready.wanted, ready.known, ready.rules
    able = told is not None and told.redeemable
    before = balance_of(known, wanted.programme_id)
    programme = known.programme(wanted.programme_id)
    programme_id = programme.program_id if programme else wanted.programme_id
    level, verified = is_verified(user, wanted.customer_id, rules.redeem_level, wanted.mode)
    return Checked(
        redeemable=able,
        points=wanted.points,
        name=known.person.name,
        mask=known.person.mask,
        value=told.value if told else None,
        currency=str(settings.CAPILLARY["currency"]),
        balance_before=before,
        balance_after=_after(before, wanted.points, places_of(rules, programme_id)) if able else before,
        programme_id=programme_id,
        programme_name=programme.title if programme else "",
        programmes=tuple((one.program_id, one.title, one.available) for one in known.programmes),
        problem=no.message
        if no
        else ""
        if able
        else _("Capillary says that these points cannot be redeemed."),
        field=no.field if no else "",
        next_step=no.next_step if no else "",
        code=no.code if no else told.code if told else "",
        request_id=no.request_id if no else "",
        rules=(Rule(no.code, no.said),) if no and no.said else (),
        sends_to=sends_to(known),
        level=level,
        level_needed=rules.redeem_level,
        verified=verified,
        modes=modes_for(user, ready.store, rules),
    )


def sends_to(known: Known) -> tuple[str, ...]:
    """Where a code may go, masked: the first mobile and the first e-mail. Which of them is the outside's setting."""
    first: dict[str, str] = {}
    for kind, value in known.person.contacts:
        first.setdefault(kind, mask(kind, value))
    return tuple(first[kind] for kind in ("mobile", "email") if kind in first)


def _after(before: Decimal | None, points: Decimal, places: int) -> Decimal | None:
    return None if before is None else rounded_down(before - points, places)
