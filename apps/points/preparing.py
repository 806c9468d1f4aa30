"""What checking, sending a code and redeeming have in common: the rules of the place, and the customer as read now."""

from dataclasses import dataclass, replace
from typing import Any

from apps.audit.actor import Actor
from apps.capillary.client import Client
from apps.points.authority import check_customer, check_mode, store_for
from apps.points.models import PointsRules
from apps.points.reading import Known, naming, read_customer
from apps.points.ruling import rules_for
from apps.points.switched import REDEEM
from apps.points.tidying import exact_points, places_of, tidied
from apps.points.wanted import Wanted
from apps.staff.connection import client_for
from apps.staff.models import Store, User


@dataclass(frozen=True)
class Prepared:
    """Allowed so far. names is how version 1.1 is to name the customer: ``{"mobile": "…"}``."""

    store: Store
    rules: PointsRules
    wanted: Wanted
    client: Client
    known: Known
    names: dict[str, Any]


def prepare(*, actor: Actor, user: User, wanted: Wanted) -> Prepared:
    """Check what needs no question outside, then read the customer: one call, two for one no store knows.


    Raises: BadInput (points, bill, purpose, notes, mode, programme_id); Refused (right, switch, mode, own account,
            nothing to name them by); Conflict for a merged customer; CapillaryError
    """
    store = store_for(REDEEM, actor=actor, user=user)
    rules = rules_for(store)
    wanted = tidied(wanted, rules)
    check_mode(
        actor=actor,
        user=user,
        store=store,
        rules=rules,
        mode=wanted.mode,
        customer_id=wanted.customer_id,
        points=wanted.points,
    )
    client = client_for(actor)
    known = read_customer(client, wanted.customer_id)
    check_customer(REDEEM, actor=actor, user=user, known=known, points=wanted.points)
    programme = known.programme(wanted.programme_id)
    if programme is not None:
        places = places_of(rules, programme.program_id)
        wanted = replace(wanted, points=exact_points(wanted.points, places))
    return Prepared(store, rules, wanted, client, known, naming(client, known))
