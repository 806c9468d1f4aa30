"""Asks whether points can be redeemed; changes nothing and sends nothing."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.capillary.calls import Call
from apps.capillary.client import Client
from apps.capillary.errors import CapillaryError, Rejected
from apps.capillary.resources import ledger
from apps.capillary.types_ledger import LedgerBalance
from apps.capillary.types_redeeming import Redeemability
from apps.core.masking import mask
from apps.points.asking_outside import beside_our_field, check_call
from apps.points.authority import is_verified, modes_for
from apps.points.preparing import Prepared, prepare
from apps.points.reading import Known, balance_of
from apps.points.tidying import places_of, rounded_down
from apps.points.wanted import Checked, Rule, Wanted
from apps.staff.models import User

# Redeeming answers it too when the customer could not be told.
TOO_MANY = "819"


def check(*, actor: Actor, user: User, wanted: Wanted) -> Checked:
    """Whether these points can be redeemed now, what they are worth, and what is left after.

    A rule that is not met is an answer with a problem, no error. Three calls, four for a customer no store knows.
    Raises: BadInput (points, bill, purpose, notes, mode, programme_id); Refused without the permission, while
            switched off, or for the person's own account; Conflict for a merged customer; CapillaryError when it
            cannot be read
    """
    ready = prepare(actor=actor, user=user, wanted=wanted)
    calls: dict[str, Call[Any]] = {"able": check_call(ready)}
    if ready.known.ledger_handle:
        calls["books"] = _books_call(ready.known)
    answers = ready.client.send_all(calls)
    able = answers["able"]
    names = _names(answers["books"].value if "books" in answers else None)
    if isinstance(able.error, Rejected):
        return _answer(user, ready, names, None, _in_check(beside_our_field(able.error)))
    if able.error is not None:
        raise able.error
    return _answer(user, ready, names, able.value, None)


def _in_check(no: Rejected) -> Rejected:
    """A check moved nothing: words that send people to the redemptions before they repeat it belong to redeeming."""
    if no.code == TOO_MANY:
        no.message, no.next_step = _("This is more than may be redeemed at once."), _("Enter fewer points.")
    return no


def _answer(
    user: User, ready: Prepared, names: Mapping[str, str], told: Redeemability | None, no: Rejected | None
) -> Checked:
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
        balance_after=before - wanted.points if able and before is not None else before,
        most=None if before is None else rounded_down(before, places_of(rules, programme_id)),
        programme_id=programme_id,
        programme_name=names.get(programme_id, ""),
        programmes=titled(known, names),
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


def titled(known: Known, names: Mapping[str, str]) -> tuple[tuple[str, str, Decimal | None], ...]:
    """[(id, name, points available)] of the programmes; one whose name nobody tells is called by its id."""
    return tuple(
        (
            one.program_id,
            names.get(one.program_id) or one.title or _untitled(one.program_id),
            one.available,
        )
        for one in known.programmes
    )


def names_of(client: Client, known: Known) -> dict[str, str]:
    """Names of the programmes by their id; empty where they are not told or cannot be read. At most one call."""
    if not known.ledger_handle or all(one.title for one in known.programmes):
        return {}
    try:
        return _names(client.send(_books_call(known)))
    except CapillaryError:
        return {}


def _untitled(programme_id: str) -> str:
    return _("Programme %(id)s") % {"id": programme_id} if programme_id else ""


def _books_call(known: Known) -> Call[LedgerBalance]:
    """The books of the customer: the one place where the outside tells what its programmes are called."""
    handle = known.ledger_handle
    return ledger.balance(
        identifier_name=handle.name,
        identifier_value=handle.value,
        source=handle.source,
        account_id=handle.account_id,
        customer_id=known.person.customer_id,
    )


def _names(books: LedgerBalance | None) -> dict[str, str]:
    return {one.program_id: one.program_name for one in books.balances} if books else {}
