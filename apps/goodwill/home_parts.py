"""What goodwill shows beside the search of the look-up page."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.core.home import HomePart, register
from apps.goodwill.ask_page import Meter
from apps.goodwill.limits import left_of_each
from apps.goodwill.listing import lines, with_life
from apps.goodwill.models import GoodwillRequest, Kind
from apps.goodwill.states import OPEN
from apps.staff.access import person_of

SHOWN = 5


def mine(request: HttpRequest) -> Mapping[str, Any]:
    """The person's own requests that are not through yet. Three queries."""
    own = GoodwillRequest.objects.asked_by(person_of(request)).filter(state__in=OPEN)
    found = list(with_life(own)[: SHOWN + 1])
    return {"lines": lines(found[:SHOWN]), "more": len(found) > SHOWN}


def left(request: HttpRequest) -> Mapping[str, Any]:
    """What the person may still give now without approval. Two queries."""
    labels = {Kind.POINTS: _("Goodwill without approval"), Kind.COUPON: _("Goodwill coupons")}
    limits, meters, granted = left_of_each(person_of(request), labels), [], False
    for kind, label in labels.items():
        limit = limits[kind]
        granted = granted or limit.granted
        most = limit.rule_day or limit.rule_month
        if limit.granted and most:
            rest = limit.day if limit.rule_day else limit.month
            meters.append({"meter": Meter(label, rest or most - most, most), "kind": kind.value})
    return {"meters": meters, "granted": granted}


register(HomePart("goodwill_mine", "goodwill/_home_mine.html", "staff.ask_goodwill", mine))
register(HomePart("goodwill_left", "goodwill/_home_left.html", "staff.ask_goodwill", left))
