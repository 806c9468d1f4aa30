"""Who may redeem and reverse: the rules that hold whatever a screen shows."""

from decimal import Decimal

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.core.errors import Refused
from apps.operations.caller import is_at_least, verification_level
from apps.operations.switches import check_on
from apps.points.models import Mode, PointsRules
from apps.points.reading import Known
from apps.points.switched import REDEEM, REVERSE
from apps.points.tracing import trace_refusal
from apps.staff.models import Store, User

MAY = {REDEEM: "staff.redeem_points", REVERSE: "staff.reverse_redemptions"}
KINDS = {REDEEM: "redemption", REVERSE: "reversal"}
LEVELS = {choice.value: choice.label for choice in PointsRules.Level}


def store_for(act: str, *, actor: Actor, user: User) -> Store:
    """The store the person acts for. Raises Refused without one, without the right there, or while switched off."""
    store = Store.objects.filter(pk=actor.store_id).first() if actor.store_id else None
    if store is None or not user.has_perm(MAY[act], store):
        raise Refused(
            _("Your role does not redeem points here.")
            if act == REDEEM
            else _("Your role does not reverse redemptions here.")
        )
    check_on(act, store)
    return store


def modes_for(user: User, store: Store, rules: PointsRules) -> tuple[str, ...]:
    """How this person may redeem in this store: with a code, and what the rules allow their roles besides."""
    roles = {one.role for one in user.memberships_now if one.store_id in (None, store.pk)}
    modes = [Mode.CODE.value]
    if roles & set(rules.missed_call_roles):
        modes.append(Mode.MISSED_CALL.value)
    if roles & set(rules.skip_code_roles):
        modes.append(Mode.NO_CODE.value)
    return tuple(modes)


def check_customer(act: str, *, actor: Actor, user: User, known: Known, points: Decimal) -> None:
    """Nobody moves points on an account with their own mobile or e-mail. Raises Refused; an entry."""
    if user.contact_digests & set(known.person.digests):
        refuse(
            act,
            actor=actor,
            customer_id=known.person.customer_id,
            points=points,
            words=_("This customer has your own mobile or e-mail."),
            next_step=_("Somebody else has to do it."),
        )


def is_verified(user: User, customer_id: int, needed: str, mode: str = "") -> tuple[str, bool]:
    """The level that holds now, and whether it is enough: a code given with the act is the strongest there is."""
    held = verification_level(user.pk, customer_id)
    with_code = mode == Mode.CODE
    return held, with_code or is_at_least(held, needed)


def check_verified(
    act: str, *, actor: Actor, user: User, customer_id: int, needed: str, points: Decimal, mode: str = ""
) -> str:
    """The level to be kept with the act. Raises Refused when it is not enough; an entry."""
    held, enough = is_verified(user, customer_id, needed, mode)
    if not enough:
        refuse(
            act,
            actor=actor,
            customer_id=customer_id,
            points=points,
            words=_("The caller has to be verified first: %(level)s.") % {"level": LEVELS[needed]},
            next_step=_("Verify the caller on the customer's page, then do it again."),
        )
    return held


def check_mode(
    *,
    actor: Actor,
    user: User,
    store: Store,
    rules: PointsRules,
    mode: str,
    customer_id: int,
    points: Decimal,
) -> None:
    """Raises Refused beside the field mode for a way that is not allowed to the person's role; an entry."""
    if mode not in modes_for(user, store, rules):
        refuse(
            REDEEM,
            actor=actor,
            customer_id=customer_id,
            points=points,
            words=_("Your role redeems with a one-time code only."),
            next_step=_("Send the customer a code."),
            field="mode",
            mode=mode,
        )


def refuse(
    act: str,
    *,
    actor: Actor,
    customer_id: int,
    points: Decimal,
    words: str,
    next_step: str,
    field: str = "",
    **details: str,
) -> None:
    """Write the refusal down and raise it."""
    trace_refusal(KINDS[act], actor=actor, customer_id=customer_id, points=points, words=words, **details)
    raise Refused(words, next_step=next_step, field=field)
