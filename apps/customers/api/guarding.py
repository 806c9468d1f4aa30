"""Protected customers open to programs as to people: for a reason, for half an hour, in the trail."""

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.core.errors import Refused
from apps.customers.glass import ask_glass, glass_of
from apps.staff.models import User


def check(*, actor: Actor, user: User, customer_id: int) -> None:
    """Raises Refused (reason_needed), which is an entry, while no reason of this key holds; TraceUnavailable"""
    glass = glass_of(actor=actor, user=user, customer_id=customer_id)
    if not glass.is_closed:
        return
    ask_glass(actor=actor, customer_id=customer_id, why=glass.why, part="api")
    raise Refused(
        _("This customer opens only for a reason."),
        next_step=_("Give one at /api/v1/customers/<id>/open/ when the work needs it, and ask again."),
        code="reason_needed",
    )
