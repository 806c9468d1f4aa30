"""Why approved goodwill does not show in the ledger: likely causes, in words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.capillary.types_customer import Customer
from apps.goodwill.models import GoodwillRequest, Kind
from apps.operations.customers import Person

CAUSES: Mapping[str, str | Promise] = {
    "shared": _(
        "A credit like it is there, and may just as well be what another approval for this customer brought."
    ),
    "fraud": _("The customer has a fraud mark: credits may be held back."),
    "merged": _("The account was merged: the credit may stand with the survivor."),
    "programme": _("The customer is not in the programme the points were meant for."),
    "series": _("The coupon series is over, or gives no coupons to this customer any more."),
    "expired": _("The points may have been credited and lost again at once: look at their expiry."),
    "unread": _("The ledger could not be read for a long time: nobody knows whether it is there."),
    "silent": _("Capillary approved it and credited nothing. It is known to happen; tell their support."),
}


def likely_causes(
    request: GoodwillRequest, *, person: Person | None, merged: str, answer: Customer | None
) -> list[str]:
    """Codes of CAUSES, the likeliest first; the silent failure stays when nothing else explains it."""
    found = []
    if merged or "filed_for" in request.snapshot:
        found.append("merged")
    if person is not None and person.fraud:
        found.append("fraud")
    if request.kind == Kind.POINTS and person is not None and _wrong_programme(request, person):
        found.append("programme")
    if request.kind == Kind.COUPON and request.series and not request.series.is_active:
        found.append("series")
    if answer is not None and any(one.points == request.approved_amount for one in answer.expired):
        found.append("expired")
    return [*found, "silent"]


def _wrong_programme(request: GoodwillRequest, person: Person) -> bool:
    if not person.programmes:
        return person.balance is None
    return bool(request.programme_id) and request.programme_id not in person.programmes
