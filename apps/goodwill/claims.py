"""Whose credit it is: one credit never proves more approvals than could have brought it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from apps.capillary.client import Client
from apps.capillary.resources import goodwill
from apps.capillary.types_points import GoodwillPage, GoodwillRow
from apps.goodwill.credits import Books, Credit, since
from apps.goodwill.models import GoodwillRequest, Kind
from apps.goodwill.states import GIVEN

# Approval and credit have their times from one clock, some of them without seconds.
TOLERANCE = timedelta(minutes=1)
# A credit in this time behind an approval is taken for that approval's, when it cannot be ours.
SERVED_WITHIN = timedelta(days=1)
LOOKED_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Claim:
    """Another approval for the same customer whose credit is not known. amount None: not told;  series "": not told."""

    at: datetime
    amount: Decimal | None
    series: str

    def fits(self, credit: Credit) -> bool:
        """Whether the credit may be what this approval brought."""
        return (
            credit.at is not None
            and credit.at >= self.at - TOLERANCE
            and self.amount in (None, credit.amount)
            and (not self.series or self.series in ("", credit.series))
        )


def proofs(client: Client, request: GoodwillRequest, books: Books) -> list[Credit]:
    """Credits any of which proves the request, the nearest in time first; none while they may all be of others.

    The list of the customer's approvals is read after the credits, so that it tells of every approval behind one.
    Raises: CapillaryError when that list cannot be read: then nothing can be said
    """
    fitting = free(books.credits)
    if not fitting:
        return []
    page = client.send(goodwill.requests(customer_id=request.customer_id or 0))
    told = next((row for row in page.rows if row.request_id == request.outside_id), None)
    began = (told.updated_at - TOLERANCE) if told and told.updated_at else since(request)
    fitting = [one for one in fitting if one.at is not None and one.at >= began]
    rivals = [one for one in _rivals(request, page, began) if any(map(one.fits, fitting))]
    if rivals and fitting:
        names = {one.key for one in fitting}
        rest = books.every(min(one.at for one in rivals) - TOLERANCE)
        rivals = _unserved(rivals, free([one for one in rest if one.key not in names]))
    if not fitting or _explained(fitting, rivals):
        return []
    return sorted(fitting, key=lambda one: abs((one.at or began) - began))


def free(credits: Sequence[Credit]) -> list[Credit]:
    """Those that do not prove another request already. One query."""
    taken = GoodwillRequest.objects.filter(proof_key__in=[one.key for one in credits])
    names = set(taken.values_list("proof_key", flat=True))
    return [one for one in credits if one.key not in names]


def _rivals(request: GoodwillRequest, page: GoodwillPage, began: datetime) -> list[Claim]:
    """Other approvals, as the outside lists them and as the console has them, that nothing proves yet."""
    ours = {
        row.outside_id: row
        for row in GoodwillRequest.objects.filter(customer_id=request.customer_id, kind=request.kind)
        .exclude(pk=request.pk)
        .exclude(outside_id="")
        .select_related("series")
    }
    listed = {row.request_id: row for row in page.rows if row.request_id != request.outside_id}
    earliest = began - LOOKED_BACK
    claims = [_of_list(row, ours, earliest) for row in listed.values() if _is_approved(row, request, ours)]
    claims += [_of_row(row) for name, row in ours.items() if name not in listed and _is_open(row)]
    return [one for one in claims if one.at >= earliest and _alike(one, request)]


def _is_approved(row: GoodwillRow, request: GoodwillRequest, ours: Mapping[str, GoodwillRequest]) -> bool:
    known = ours.get(row.request_id)
    proved = known is not None and bool(known.proof_key)
    kind = "COUPON" if request.kind == Kind.COUPON else "POINTS"
    return row.kind == kind and row.status.upper() == "APPROVED" and not proved


def _is_open(row: GoodwillRequest) -> bool:
    return row.state in GIVEN and not row.proof_key


def _of_list(row: GoodwillRow, ours: Mapping[str, GoodwillRequest], earliest: datetime) -> Claim:
    """Without any time it may claim whatever there is."""
    known = ours.get(row.request_id)
    amount = row.approved_value or (known.approved_amount if known else None)
    series = known.series.outside_id if known and known.series else ""
    return Claim(row.updated_at or row.added_at or earliest, amount, series)


def _of_row(row: GoodwillRequest) -> Claim:
    series = row.series.outside_id if row.series else ""
    return Claim(row.decided_at or row.asked_at, row.approved_amount, series)


def _alike(claim: Claim, request: GoodwillRequest) -> bool:
    if request.kind == Kind.COUPON:
        return not (claim.series and request.series) or claim.series == request.series.outside_id
    return claim.amount in (None, request.approved_amount)


def _unserved(rivals: Sequence[Claim], rest: Sequence[Credit]) -> list[Claim]:
    """Rivals for whom nothing but our credits is left, when the others are given to as many as possible."""
    served = _matched(
        [
            [
                place
                for place, one in enumerate(rest)
                if rival.fits(one) and one.at is not None and one.at <= rival.at + SERVED_WITHIN
            ]
            for rival in rivals
        ]
    )
    return [rival for place, rival in enumerate(rivals) if place not in served]


def _explained(fitting: Sequence[Credit], rivals: Sequence[Claim]) -> bool:
    """Whether every credit may be a rival's: then none of them need be ours."""
    wanted = [[place for place, rival in enumerate(rivals) if rival.fits(one)] for one in fitting]
    return len(_matched(wanted)) == len(fitting)


def _matched(wanted: Sequence[Sequence[int]]) -> set[int]:
    """The rows that get one of the places they can take, each place once, as many as possible."""
    holder: dict[int, int] = {}

    def seat(row: int, tried: set[int]) -> bool:
        for place in wanted[row]:
            if place in tried:
                continue
            tried.add(place)
            if place not in holder or seat(holder[place], tried):
                holder[place] = row
                return True
        return False

    return {row for row in range(len(wanted)) if seat(row, set())}
