"""Rows of goodwill before anything is given: what each says, and whether it could be asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.capillary.errors import CapillaryError
from apps.capillary.resources import goodwill
from apps.capillary.types_points import GoodwillPage
from apps.core.errors import Refused
from apps.core.kept import number
from apps.core.words import line, lines
from apps.goodwill.checking import LONGEST_BILL, LONGEST_COMMENT, LONGEST_WORDS
from apps.goodwill.duplicates import Duplicate, likely_duplicates, outside_duplicates
from apps.goodwill.escalations import times_of
from apps.goodwill.granting import sizes, why_not_decide
from apps.goodwill.models import CouponSeries, Kind, Reason
from apps.goodwill.money import whole_points
from apps.goodwill.routing import route_file
from apps.goodwill.rulebook.series import series_call, series_rows
from apps.operations.colleagues import is_colleague
from apps.operations.customers import Person
from apps.operations.models import Operation
from apps.operations.work.kinds import Checked, Problem, Row
from apps.operations.work.pauses import passes
from apps.operations.work.people import Whose, attempt, find_people, mask_of, read_amount, read_who
from apps.staff.connection import client_for
from apps.staff.models import Store, User

YES = frozenset({"yes", "y", "x", "true", "1"})
NO = frozenset({"", "no", "n", "false", "0"})


def read_row(kind: str, cells: Mapping[str, str]) -> Row:
    """The row by itself, all that is wrong with it at once."""
    problems: list[Problem] = []
    who = attempt(problems, "customer_id", lambda: read_who(cells))
    amount: Decimal | None = Decimal(1)
    if kind == Kind.POINTS:
        amount = attempt(problems, "points", lambda: _points(cells.get("points", "")))
    tidy = {
        "words": attempt(problems, "words", lambda: line(cells.get("words", ""), LONGEST_WORDS, "words")),
        "comment": attempt(
            problems, "comment", lambda: lines(cells.get("comment", ""), LONGEST_COMMENT, "comment")
        ),
        "bill": attempt(
            problems, "bill", lambda: line(cells.get("bill", ""), LONGEST_BILL, "bill", is_number=True)
        ),
    }
    different = cells.get("different", "").casefold()
    if different not in YES | NO:
        problems.append(Problem("different", _("Write “yes”, or leave it empty.")))
    values = {
        **tidy,
        "who": who,
        "amount": str(amount),
        "reason": cells.get("reason", ""),
        "series": cells.get("series", ""),
        "different": different in YES,
    }
    return Row(values, tuple(problems))


def _points(text: str) -> Decimal:
    """Raises BadInput, also for what a spreadsheet makes of a number."""
    return whole_points(read_amount(text, "points") if text else None)


@dataclass(frozen=True)
class _Batch:
    """What is the same for all rows of a batch, read once."""

    kind: str
    user: User
    threshold: Decimal | None
    reasons: Mapping[str, Reason]
    series: Mapping[str, CouponSeries]
    outside: Mapping[int, GoodwillPage | None]
    worth: Mapping[str, str]


def check(kind: str, actor: Actor, operation: Operation, rows: Sequence[Row]) -> list[Checked]:
    """Read calls in the bulk lane: two for each customer, one more to find them.

    Raises: Refused for all of them, when the requester may not ask there
    """
    user, store = operation.requested_by, operation.store
    if store is None or not user.has_perm("staff.ask_goodwill", store):
        raise Refused(_("Your role does not ask for goodwill here."))
    whose = find_people(actor, rows)
    batch = _Batch(
        kind,
        user,
        times_of(store).second_threshold if kind == Kind.POINTS else None,
        _by_name((one.code, one.title, one) for one in Reason.objects.offered()),
        _by_name((one.outside_id, one.name, one) for one in CouponSeries.objects.offered()),
        _outside(actor, whose),
        _worth(actor) if kind == Kind.COUPON else {},
    )
    return [_checked(batch, store, row, one) for row, one in zip(rows, whose, strict=True)]


def authority(kind: str, user: User, store: Store | None, totals: Mapping[str, Any]) -> list[dict[str, str]]:
    """Why a second person approves the file: more than the requester gives on their own."""
    if store is None:
        return [{"rule": "no_store", "words": _("Goodwill is given by a store.")}]
    total, most = sizes(kind, totals)
    return route_file(user=user, store=store, kind=kind, total=total, most=most)


def approver(kind: str, user: User, operation: Operation) -> str:
    """Why this person cannot approve the file: it is beyond what they decide on."""
    if operation.store is None or not operation.totals:
        return ""
    total, most = sizes(kind, operation.totals)
    return why_not_decide(user, operation.store, kind, total, most)


def _by_name(found: Any) -> dict[str, Any]:
    """Code and title → row, whatever the case."""
    return {name.casefold(): one for code, title, one in found for name in (title, code)}


def _outside(actor: Actor, whose: Sequence[Whose]) -> dict[int, GoodwillPage | None]:
    ids = {one.person.customer_id for one in whose if one.person}
    calls = {str(one): goodwill.requests(customer_id=one) for one in sorted(ids)}
    answers = client_for(actor, lane="bulk").send_all(calls)
    return {int(one): answer.value for one, answer in answers.items()}


def _worth(actor: Actor) -> dict[str, str]:
    """What a coupon of each series is worth, "" where the outside does not tell. Raises an error that passes"""
    try:
        listed = client_for(actor, lane="bulk").send(series_call())
    except CapillaryError as error:
        if passes(error):
            raise
        return {}
    return {row.outside_id: row.worth for row in series_rows(listed)}


def _checked(batch: _Batch, store: Store, row: Row, whose: Whose) -> Checked:
    values, amount = dict(row.values), Decimal(row.values["amount"])
    reason, series = (
        batch.reasons.get(values["reason"].casefold()),
        batch.series.get(values["series"].casefold()),
    )
    problems = [*whose.problems, *_words(batch, values, reason, series), *_amount(batch, amount)]
    if whose.person is None:
        return Checked(tuple(problems))
    person = whose.person
    problems += _person(batch, person)
    if not values["different"]:
        problems += _same(batch, person, values, amount, series)
    values |= {"reason": reason.code if reason else "", "series": series.outside_id if series else ""}
    what = values["series"] if batch.kind == Kind.COUPON else str(amount)
    return Checked(
        tuple(problems),
        customer_id=person.customer_id,
        mask=mask_of(person),
        points=amount if batch.kind == Kind.POINTS else None,
        store_code=store.code,
        gives=_given(batch, series) if series else "",
        values=values,
        meaning=(str(person.customer_id), what, values["bill"].casefold()),
    )


def _given(batch: _Batch, series: CouponSeries) -> str:
    """``Sorry 15 % (4103), worth 15 %``."""
    told = {"series": series.name, "id": series.outside_id, "worth": batch.worth.get(series.outside_id, "")}
    if told["worth"]:
        return _("%(series)s (%(id)s), worth %(worth)s") % told
    return _("%(series)s (%(id)s), its worth is not known") % told


def _words(
    batch: _Batch, values: Mapping[str, Any], reason: Reason | None, series: CouponSeries | None
) -> list[Problem]:
    problems = []
    if reason is None:
        known = ", ".join(sorted({one.title for one in batch.reasons.values()}))
        problems.append(Problem("reason", _("Use one of the reasons: %(known)s.") % {"known": known}))
    elif reason.needs_words and not values["words"]:
        problems.append(Problem("words", _("Say the reason in your own words.")))
    if series is None and batch.kind == Kind.COUPON:
        problems.append(Problem("series", _("No coupon series that is offered is called so.")))
    return problems


def _amount(batch: _Batch, amount: Decimal) -> list[Problem]:
    if batch.threshold is None or amount <= batch.threshold:
        return []
    words = _("Above %(most)s points two people decide: ask for it on the customer's page.")
    return [Problem("points", words % {"most": number(batch.threshold)})]


def _person(batch: _Batch, person: Person) -> list[Problem]:
    problems = []
    if person.fraud:
        words = _("The customer has a fraud mark (%(mark)s): ask for it on the customer's page.")
        problems.append(Problem("", words % {"mark": person.fraud}))
    if is_colleague(person.contacts, person.digests):
        words = _("The customer is a colleague: ask for it on the customer's page.")
        problems.append(Problem("", words))
    return problems


def _same(
    batch: _Batch, person: Person, values: Mapping[str, Any], amount: Decimal, series: CouponSeries | None
) -> list[Problem]:
    page = batch.outside.get(person.customer_id)
    found: list[Duplicate] = likely_duplicates(
        customer_id=person.customer_id,
        kind=batch.kind,
        amount=amount,
        bill=values["bill"],
        series_id=series.pk if series else None,
    ) or outside_duplicates(page, kind=batch.kind, amount=amount)
    if not found:
        return []
    which = found[0].number or found[0].reason or found[0].by
    words = _("This customer has goodwill that looks the same: %(which)s. Write “yes” if it is not.")
    return [Problem("different", words % {"which": which})]
