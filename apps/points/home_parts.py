"""What reversing shows beside the search of the look-up page."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from apps.core.home import HomePart, register
from apps.points.models import Reversal
from apps.points.standing import reversal_stands
from apps.points.states import OPEN
from apps.staff.access import person_of

SHOWN = 5


def mine(request: HttpRequest) -> Mapping[str, Any]:
    """The person's own reversals that are not through yet. Two queries, one when there is none."""
    own = Reversal.objects.filter(user=person_of(request), state__in=OPEN)
    found = list(own.prefetch_related("acts").order_by("-pk")[:SHOWN])
    return {"lines": [{"reversal": one, "standing": reversal_stands(one)} for one in found]}


register(HomePart("points_reversals", "points/_home_reversals.html", "staff.reverse_redemptions", mine))
