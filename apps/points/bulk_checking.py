"""Rows of reversals before any point moves: what each says, and what its redemption allows now."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.capillary.calls import Answer
from apps.capillary.client import Client
from apps.capillary.types_customer import Customer
from apps.capillary.types_points import PointsRedemption, Redemptions
from apps.core.errors import BadInput, ConsoleError, Refused
from apps.core.kept import points as in_words
from apps.operations.models import Operation
from apps.operations.work.kinds import Checked, Problem, Row
from apps.operations.work.pauses import passes
from apps.operations.work.people import WHO, Whose, attempt, find_people, mask_of, read_amount, read_who
from apps.points.authority import LEVELS, MAY, is_verified
from apps.points.facts import remaining_of
from apps.points.models import Redemption, Reversal
from apps.points.reading import customer_call, known_of, listing_call, read_redemption
from apps.points.reversing import check_points
from apps.points.ruling import rules_for
from apps.points.second_person import where_redeemed
from apps.points.states import OPEN
from apps.points.switched import REVERSE
from apps.points.tidying import places_of, tidied_reversal
from apps.points.wanted import WantedReversal
from apps.staff.connection import client_for
from apps.staff.models import Store, User

NOBODY = UUID(int=0)
ELSEWHERE = "–"
COLUMN = {"redemption_id": "redemption"}


def read_row(cells: Mapping[str, str]) -> Row:
    """The row by itself, all that is wrong with it at once. Without a customer our own redemption names one."""
    problems: list[Problem] = []
    named = any(cells.get(one.name) for one in WHO)
    who = attempt(problems, "customer_id", lambda: read_who(cells)) if named else []
    redemption, reason = cells["redemption"], cells.get("reason", "")
    points = None
    if cells.get("points"):
        points = attempt(problems, "points", lambda: read_amount(cells["points"], "points"))
    try:
        tidied_reversal(WantedReversal(0, redemption, points or Decimal(1), reason, NOBODY))
    except BadInput as error:
        told = (error, *error.also)
        problems += [Problem(COLUMN.get(one.field, one.field), one.message) for one in told]
    values = {"redemption": redemption, "who": who, "points": str(points or ""), "reason": reason}
    return Row(values, tuple(problems))


def check(actor: Actor, operation: Operation, rows: Sequence[Row]) -> list[Checked]:
    """Read calls in the bulk lane: customer and list of redemptions for each. Raises Refused for all of them."""
    user, store = operation.requested_by, operation.store
    if store is None or not user.has_perm(MAY[REVERSE], store):
        raise Refused(_("Your role does not reverse redemptions here."))
    named = [_named(row) for row in rows]
    found = iter(find_people(actor, [one for one in named if one.values["who"]], call=customer_call))
    nobody = Whose(None, (Problem("customer_id", _("Say whose redemption this is.")),))
    whose = [next(found) if one.values["who"] else nobody for one in named]
    client = client_for(actor, lane="bulk")
    ids = {one.person.customer_id for one in whose if one.person}
    lists = client.send_all({str(one): listing_call(one) for one in sorted(ids)})
    return [_checked(client, user, store, row, one, lists) for row, one in zip(named, whose, strict=True)]


def authority(user: User, store: Store | None, totals: Mapping[str, Any]) -> list[dict[str, str]]:
    """Why a second person approves the file: many points, or redeemed elsewhere."""
    rules, why = rules_for(store), []
    if rules.alone_up_to is not None and Decimal(totals["points"]) > rules.alone_up_to:
        words = _("More than %(points)s are given back.") % {"points": in_words(rules.alone_up_to)}
        why.append({"rule": "amount", "words": words})
    if any(one != (store.code if store else "") for one in totals["stores"]):
        why.append({"rule": "other_store", "words": _("Some were redeemed in another store.")})
    return why


def _named(row: Row) -> Row:
    """With the customer of our own redemption where the row names none."""
    if row.values["who"]:
        return row
    wanted = row.values["redemption"].strip()
    ours = Redemption.objects.filter(Q(listed_id=wanted) | Q(outside_id=wanted)).first() if wanted else None
    who = [["customer_id", str(ours.customer_id)]] if ours else []
    return replace(row, values={**row.values, "who": who})


def _checked(
    client: Client,
    user: User,
    store: Store,
    row: Row,
    whose: Whose,
    lists: Mapping[str, Answer[Redemptions]],
) -> Checked:
    if whose.person is None or whose.answer is None:
        return Checked(whose.problems)
    problems, person = list(whose.problems), whose.person
    problems += _person(user, store, whose.answer)
    try:
        found = _redemption(client, person.customer_id, row.values["redemption"].strip(), lists)
    except ConsoleError as error:
        if passes(error):
            raise
        return Checked((*problems, Problem("redemption", error.message, error.code)))
    points = Decimal(row.values["points"]) if row.values["points"] else remaining_of(found)
    problems += _points(store, found, points)
    there = where_redeemed(found)
    return Checked(
        tuple(problems),
        customer_id=person.customer_id,
        mask=mask_of(person),
        points=points,
        store_code=there.code if there else ELSEWHERE,
        values={**row.values, "redemption": found.id, "points": str(points)},
        meaning=(found.id, f"{points.normalize():f}"),
    )


def _redemption(
    client: Client, customer_id: int, wanted: str, lists: Mapping[str, Answer[Redemptions]]
) -> PointsRedemption:
    """As it stands now. Raises Missing, CapillaryError"""
    answer = lists[str(customer_id)]
    if answer.error is not None:
        raise answer.error
    return read_redemption(client, customer_id, wanted, first=answer.value)


def _person(user: User, store: Store, answer: Customer) -> list[Problem]:
    problems, needed = [], rules_for(store).reverse_level
    known = known_of(answer, answer.id)
    if user.contact_digests & set(known.person.digests) or known.is_colleague:
        problems.append(Problem("", _("The customer is a colleague: do it on the customer's page.")))
    if not is_verified(user, known.person.customer_id, needed)[1]:
        words = _("The caller has to be verified first: %(level)s.") % {"level": LEVELS[needed]}
        problems.append(Problem("", words))
    return problems


def _points(store: Store, found: PointsRedemption, points: Decimal) -> list[Problem]:
    problems = []
    try:
        check_points(points, found, places_of(rules_for(store), found.program_id))
    except ConsoleError as error:
        problems.append(Problem("points" if error.field else "redemption", error.message))
    open_one = Reversal.objects.filter(redemption_id=found.id, state__in=OPEN).first()
    if open_one is not None:
        words = _("%(number)s of this redemption is not decided or not known yet.")
        problems.append(Problem("redemption", words % {"number": open_one.number}))
    return problems
