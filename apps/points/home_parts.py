"""What reversing shows beside the search of the look-up page."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest
from django.utils import timezone

from apps.core.home import HomePart, register
from apps.points.models import Reversal
from apps.points.standing import reversal_stands
from apps.points.states import OPEN
from apps.staff.access import person_of

SHOWN = 5
DECIDED_FOR = timedelta(days=1)


def mine(request: HttpRequest) -> Mapping[str, Any]:
    """The person's own reversals that are not through yet, or were decided by somebody else within the last day.

    Two queries, one when there is none.
    """
    lately = Q(decided_at__gte=timezone.now() - DECIDED_FOR) & ~Q(decided_by=F("user")) & ~Q(why=[])
    own = Reversal.objects.filter(Q(state__in=OPEN) | lately, user=person_of(request))
    found = list(own.prefetch_related("acts").order_by("-pk")[:SHOWN])
    return {"lines": [{"reversal": one, "standing": reversal_stands(one)} for one in found]}


register(HomePart("points_reversals", "points/_home_reversals.html", "staff.reverse_redemptions", mine))
