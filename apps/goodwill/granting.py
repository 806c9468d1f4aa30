"""Limits and budgets for a whole file: taken when it is approved, handed over row by row, given back for the rest."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from apps.core.errors import Refused
from apps.core.kept import number
from apps.goodwill.budgets import budget_left
from apps.goodwill.limits import Left, left_of_store, left_to_decide
from apps.goodwill.models import FileGrant, GoodwillRequest, Kind, LimitRule, Taking
from apps.goodwill.routing import Route, route, route_file, route_row
from apps.goodwill.taking import lock_counting, take
from apps.operations.models import Item, Operation
from apps.staff.models import Store, User

Account = Taking.Account
NOUGHT = Decimal(0)


def sizes(kind: str, totals: Mapping[str, Any]) -> tuple[Decimal, Decimal]:
    """(all of it, the largest row) of a dry run; coupons by number."""
    if kind == Kind.COUPON:
        return Decimal(totals["ready"]), Decimal(1)
    return Decimal(totals["points"]), Decimal(totals["most"])


def take_for_file(operation: Operation, kind: str) -> FileGrant:
    """Inside the transaction of the approval: take the whole file from its approver's authority and the store's budget,
    or from the requester's own where nobody else approved it. Raises Refused when they do not suffice."""
    store, user, approver = operation.store, operation.requested_by, operation.approved_by
    if store is None:
        raise Refused(_("Goodwill is given by a store: sign in to one."))
    total, most = sizes(kind, operation.totals)
    lock_counting(kind=kind, user=approver or user, store=store)
    words = why_not_decide(approver, store, kind, total, most) if approver else ""
    if not approver:
        why = route_file(user=user, store=store, kind=kind, total=total, most=most)
        words = why[0]["words"] if why else ""
    if words:
        raise Refused(words, next_step=_("Take rows out, or ask your administrator."))
    grant = FileGrant.objects.create(
        reference=operation.reference,
        number=operation.number,
        kind=kind,
        requester=user,
        approver=approver,
        store=store,
    )
    for account, whose in (_person(grant), (Account.STORE, {"store": store})):
        Taking.objects.create(file=grant, account=account, kind=kind, amount=total, **whose)
    return grant


def why_not_decide(user: User, store: Store, kind: str, total: Decimal, most: Decimal) -> str:
    """Why this person cannot approve a file of this size, "" when they can."""
    limit = left_to_decide(user, kind)
    if not _fits(limit, total, most):
        left = replace(limit, rule_request=None).request
        told = {"most": number(limit.rule_request), "left": number(left)}
        return _("This is over your own limit: %(most)s for one row, %(left)s for all of them now.") % told
    store_limit = left_of_store(store, kind, LimitRule.Purpose.DECIDE)
    if store_limit is not None and not _fits(store_limit, total, most):
        return _("This is over the limit of %(store)s.") % {"store": store.name}
    budget = budget_left(store, kind)
    if budget.fits(total):
        return ""
    values = {"store": store.name, "left": number(budget.left)}
    return _("The budget of %(store)s has %(left)s left this month.") % values


def grant_of(reference: str) -> FileGrant | None:
    """What this operation may give, None when nothing was taken for it."""
    grants = FileGrant.objects.select_related("approver", "requester", "store")
    return grants.filter(reference=reference).first()


def grant_behind(request: GoodwillRequest) -> FileGrant | None:
    """The grant of the file that a request is a row of. One query."""
    held = request.takings.filter(file__isnull=False).select_related("file__approver").first()
    return held.file if held else None


def way_of(
    grant: FileGrant | None,
    *,
    user: User,
    store: Store,
    kind: str,
    amount: Decimal | None,
    fraud: str = "",
    colleague: bool = False,
) -> Route:
    """Where a request goes, which may be a row of a file: then limits and budget are settled by the file's approval.

    One query for a row, six without a file; hold the counting locks to act on it.
    """
    if grant is None:
        return route(user=user, store=store, kind=kind, amount=amount, fraud=fraud, colleague=colleague)
    way = route_row(store=grant.store, kind=grant.kind, amount=amount, fraud=fraud, colleague=colleague)
    return replace(way, policy=grant.policy)


def hand_over(grant: FileGrant, request: GoodwillRequest, amount: Decimal) -> None:
    """The row's part passes from the file to its request. The counts must be locked."""
    use_up(grant, amount)
    hold(grant, request, amount)


def hold(grant: FileGrant, request: GoodwillRequest, amount: Decimal) -> None:
    """The request holds the row's part, once."""
    for account, whose in (_person(grant), (Account.STORE, {"store": grant.store})):
        taking = take(request, amount, account=account, **whose)
        # Of the day and the month of the approval, however late its row runs.
        taking.file, taking.at = grant, grant.at
        taking.save(update_fields=["file", "at"])


def use_up(grant: FileGrant, amount: Decimal) -> None:
    """The file has so much less. The counts must be locked."""
    for held in Taking.objects.select_for_update().filter(file=grant, request=None):
        held.amount = max(NOUGHT, held.amount - amount)
        held.save(update_fields=["amount"])


def hand_back(grant: FileGrant, amount: Decimal) -> None:
    """The file has a row's part again, for the next try of the row. The counts must be locked."""
    Taking.objects.filter(file=grant, request=None).update(amount=F("amount") + amount)


def give_back_row(operation: Operation, item: Item, kind: str) -> None:
    """Inside the transaction that ends the row: what its request never took over; a request gives back by itself."""
    grant = grant_of(operation.reference)
    asked = GoodwillRequest.objects.filter(requester=operation.requested_by_id, form_token=item.token)
    if grant is None or asked.exists():
        return
    lock_counting(kind=kind, user=grant.approver or grant.requester, store=grant.store)
    use_up(grant, Decimal(1) if kind == Kind.COUPON else item.points or NOUGHT)


def _person(grant: FileGrant) -> tuple[str, dict[str, Any]]:
    """Whose authority it is taken from."""
    if grant.approver:
        return Account.DECIDE, {"user": grant.approver}
    return Account.GIVE, {"user": grant.requester}


def _fits(limit: Left, total: Decimal, most: Decimal) -> bool:
    return limit.fits(most) and replace(limit, rule_request=None).fits(total)
