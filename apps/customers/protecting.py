"""Protecting customers and ending it: by internal id, with a reason, each an entry. Nobody is looked up."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.customers import is_internal_id
from apps.audit.services import record
from apps.core.errors import BadInput, Conflict, Refused
from apps.core.taken import told_when_taken
from apps.core.words import needed
from apps.customers.models import ProtectedCustomer
from apps.staff.models import User

MAY_PROTECT = "staff.protect_customers"
LONGEST = 300
Kind = ProtectedCustomer.Kind


def protect(*, actor: Actor, user: User, customer_id: str, kind: str, reason: str) -> ProtectedCustomer:
    """From now on this customer opens only for a reason.

    customer_id  digits as typed
    Raises: Refused; BadInput (customer_id, kind, reason)
    """
    _check(user)
    found = internal_id(customer_id)
    if kind not in Kind.values:
        raise BadInput(_("Choose one of those shown."), field="kind")
    words = needed(reason, LONGEST, "reason", missing=_("Say why they are protected."))
    check_not_protected(found)
    with told_when_taken(lambda: check_not_protected(found)):
        row = ProtectedCustomer.objects.create(
            customer_id=found, kind=kind, reason=words, marked_by=user, marked_by_name=user.name
        )
        record(
            "customer.protected",
            actor=actor,
            customer=str(found),
            subject=str(Kind(kind).label),
            reason=words,
            details={"kind": kind},
        )
    return row


def check_not_protected(customer_id: int) -> None:
    """Raises: BadInput (customer_id) for one who is protected now"""
    if ProtectedCustomer.objects.filter(customer_id=customer_id, ended_at=None).exists():
        words = _("Customer %(id)s is protected already. To change why, end it first.")
        raise BadInput(words % {"id": customer_id}, field="customer_id")


def end_protection(*, actor: Actor, user: User, pk: int, reason: str) -> ProtectedCustomer:
    """The customer opens as any other again; the row stays. Raises Refused, Conflict, BadInput (reason)."""
    _check(user)
    words = needed(reason, LONGEST, "reason", missing=_("Say why they are no longer protected."))
    with transaction.atomic():
        row = ProtectedCustomer.objects.select_for_update().get(pk=pk)
        if row.ended_at is not None:
            raise Conflict(
                _("%(name)s ended this protection already.") % {"name": row.ended_by_name},
                next_step=_("Look at the list again."),
            )
        row.ended_by, row.ended_by_name = user, user.name
        row.ended_at, row.ended_reason = timezone.now(), words
        row.save(update_fields=["ended_by", "ended_by_name", "ended_at", "ended_reason"])
        record(
            "customer.protection_ended",
            actor=actor,
            customer=str(row.customer_id),
            subject=str(Kind(row.kind).label),
            reason=words,
            details={"kind": row.kind},
        )
    return row


def keep_together(*, actor: Actor, old_id: int, new_id: int) -> None:
    """Two accounts became one: where one is protected, so is the other, unless somebody ended that before."""
    rows = {
        row.customer_id: row for row in ProtectedCustomer.objects.filter(customer_id__in=[old_id, new_id])
    }
    if len(rows) != 1:
        return
    ((known_id, row),) = rows.items()
    if row.ended_at is not None:
        return
    other_id = new_id if known_id == old_id else old_id
    with transaction.atomic():
        _made, new = ProtectedCustomer.objects.get_or_create(
            customer_id=other_id,
            ended_at=None,
            defaults={
                "kind": row.kind,
                "reason": row.reason,
                "marked_by_id": row.marked_by_id,
                "marked_by_name": row.marked_by_name,
            },
        )
        if new:
            record(
                "customer.protected.followed",
                actor=actor,
                customer=str(other_id),
                subject=str(Kind(row.kind).label),
                details={"other_id": known_id, "kind": row.kind},
            )


def internal_id(text: str) -> int:
    """The number typed. Raises BadInput for what may be a mobile or card number: that is kept nowhere in clear."""
    digits = "".join(text.split())
    if not digits:
        raise BadInput(_("Write the customer's internal id."), field="customer_id")
    if not is_internal_id(digits):
        raise BadInput(
            _(
                "This is no internal customer id that the console knows. It is the number on the customer's page, "
                "digits only; not a mobile or card number."
            ),
            field="customer_id",
        )
    return int(digits)


def _check(user: User) -> None:
    if not user.has_perm(MAY_PROTECT):
        raise Refused(_("Only an administrator can say which customers are protected."))
