"""What somebody asked for in 90 days and what became of it: the requester's numbers on the card."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.formats import points
from apps.goodwill.models import GoodwillRequest, Kind
from apps.goodwill.states import GIVEN, State
from apps.operations.colleagues import Mobiles, mobiles_of_staff

DAYS = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Record:
    """Of the requester, or of the place a request made elsewhere came from, without the request itself.

    points, coupons  asked for altogether
    cut          approved with less than was asked;  this_customer  earlier requests for the same customer
    own_data     the customer has the requester's own mobile or e-mail
    mobiles      of how many colleagues a mobile is known, so that it could be compared
    """

    name: str
    asked: int
    points: Decimal
    coupons: int
    approved: int
    cut: int
    rejected: int
    this_customer: int
    own_data: bool
    mobiles: Mobiles

    @property
    def wanted(self) -> str:
        """``120 points and 1 coupon``."""
        if not self.coupons:
            return points(self.points)
        coupons = ngettext("%(count)s coupon", "%(count)s coupons", self.coupons) % {"count": self.coupons}
        if self.coupons == self.asked:
            return coupons
        return _("%(points)s and %(coupons)s") % {"points": points(self.points), "coupons": coupons}

    @property
    def decided(self) -> int:
        """How many somebody decided on: what waits, was withdrawn or never taken is none of them."""
        return self.approved + self.rejected

    @property
    def percent(self) -> int:
        """How many of a hundred decided on were approved."""
        return self.approved * 100 // self.decided if self.decided else 0


def record_of(request: GoodwillRequest) -> Record:
    """Two queries, and one for the requester."""
    whose = (
        Q(requester=request.requester_id)
        if request.requester_id
        else Q(origin=request.origin, store=request.store_id, origin_words=request.origin_words)
    )
    rows = GoodwillRequest.objects.filter(whose, asked_at__gt=timezone.now() - DAYS).exclude(pk=request.pk)
    same = Q(customer_id=request.customer_id) if request.customer_id is not None else Q(pk=None)
    sums: dict[str, Any] = rows.order_by().aggregate(
        asked=Count("pk"),
        points=Sum("amount", filter=Q(kind=Kind.POINTS)),
        coupons=Count("pk", filter=Q(kind=Kind.COUPON)),
        approved=Count("pk", filter=Q(state__in=GIVEN)),
        cut=Count("pk", filter=Q(state__in=GIVEN, approved_amount__lt=F("amount"))),
        rejected=Count("pk", filter=Q(state=State.REJECTED)),
        this_customer=Count("pk", filter=same),
    )
    own = set(request.requester.contact_digests) if request.requester else set()
    return Record(
        name=request.requester_name or request.origin_words,
        own_data=bool(own & set(request.contact_digests)),
        mobiles=mobiles_of_staff(),
        **{**sums, "points": sums["points"] or Decimal(0)},
    )
