"""What this console itself did to a customer's points, to stand beside what the outside lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from apps.capillary.types_points import PointsRedemption
from apps.operations.acts.rows import OPEN_STATES, ActState
from apps.points.models import Redemption, Reversal, State
from apps.points.states import OPEN
from apps.staff.models import User

# A list that does not show what was done may be behind for so long; then it is red, not out of date.
RECENT = timedelta(days=1)
NOUGHT = Decimal(0)


@dataclass(frozen=True)
class Ours:
    """Rows of ours that stand in the list, are open, were refused today, or were done within the last day.

    opens_redemptions, opens_reversals  ids of those this person may open
    """

    redemptions: tuple[Redemption, ...]
    reversals: tuple[Reversal, ...]
    opens_redemptions: frozenset[int]
    opens_reversals: frozenset[int]

    def redemption_of(self, row: PointsRedemption) -> Redemption | None:
        """Ours that this row of the list is."""
        return next((one for one in self.redemptions if _is(one, row)), None)

    def unlisted(self, rows: Sequence[PointsRedemption]) -> list[Redemption]:
        """Those the list does not show: open, refused, or done and not there yet."""
        return [one for one in self.redemptions if not any(_is(one, row) for row in rows)]

    def reversals_of(self, row: PointsRedemption) -> list[Reversal]:
        """Ours of this redemption, newest first."""
        return [one for one in self.reversals if one.redemption_id == row.id]

    def behind(self, row: PointsRedemption) -> Reversal | None:
        """A reversal that was answered with yes and is missing from what the list says was given back."""
        done = [one for one in self.reversals_of(row) if one.state == State.DONE]
        told = {each.id for each in row.reversals} - {""}
        missing = [one for one in done if not told & {one.listed_id, one.outside_id}]
        given = sum((one.given or NOUGHT for one in done), NOUGHT)
        return missing[0] if missing and given > row.reversed_points else None


def read_ours(user: User, customer_id: int, rows: Sequence[PointsRedemption]) -> Ours:
    """At most four queries."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    ids = {row.id for row in rows if row.id}
    listed = Q(listed_id__in=ids) | Q(outside_id__in=ids)
    listed |= Q(reference__in={row.external_reference for row in rows if row.external_reference})
    refused = Q(state=ActState.NOT_DONE, settled_at__gte=midnight)
    done = Q(state=ActState.DONE, settled_at__gte=timezone.now() - RECENT)
    redemptions = Redemption.objects.of_customer(customer_id).select_related("store")
    kept = tuple(redemptions.filter(listed | Q(state__in=OPEN_STATES) | refused | done))
    reversals = Reversal.objects.of_customer(customer_id).filter(
        Q(redemption_id__in=ids) | Q(state__in=OPEN) | Q(state=State.REFUSED, asked_at__gte=midnight)
    )
    back = tuple(reversals)
    return Ours(
        kept,
        back,
        frozenset(
            Redemption.objects.visible_to(user)
            .filter(pk__in=[one.pk for one in kept])
            .values_list("pk", flat=True)
        ),
        frozenset(
            Reversal.objects.visible_to(user)
            .filter(pk__in=[one.pk for one in back])
            .values_list("pk", flat=True)
        ),
    )


def _is(ours: Redemption, row: PointsRedemption) -> bool:
    if row.external_reference and row.external_reference == ours.reference:
        return True
    return bool(row.id) and row.id in (ours.listed_id, ours.outside_id)
