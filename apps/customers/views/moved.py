"""What the outside says instead of a customer: merged into another, or nobody has this id."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.capillary.errors import CustomerMerged, CustomerNotFound
from apps.core.errors import Conflict, Missing
from apps.core.pages import go
from apps.customers.panels.loading import Answers
from apps.customers.protecting import keep_together
from apps.customers.recent import follow
from apps.staff.access import person_of


def moved(
    request: HttpRequest, actor: Actor, customer_id: int, answers: Answers, part: str
) -> HttpResponse | None:
    """A merged account leads to its survivor; an id nobody has is a clear 404, and the trail says so too."""
    answer = answers["customer"]
    survivor: int | None = None
    if isinstance(answer.error, CustomerNotFound):
        found_nobody(actor, customer_id, part)
        raise Missing(
            _("There is no customer with the id %(id)s.") % {"id": customer_id},
            next_step=_("Look up the customer by phone, e-mail or card instead."),
            code=answer.error.code,
            request_id=answer.error.request_id,
        )
    if isinstance(answer.error, CustomerMerged):
        survivor = answer.error.survivor_id
        if survivor is None or survivor == customer_id:
            raise Conflict(
                _("The account %(id)s was merged into another one, and Capillary does not say into which.")
                % {"id": customer_id},
                next_step=_("Look up the customer by phone or card: that leads to the account that is left."),
                code=answer.error.code,
                request_id=answer.error.request_id,
            )
    elif answer.value is not None and answer.value.id != customer_id:
        survivor = int(answer.value.id)
    if survivor is None:
        return None
    record(
        "customer.merged.followed", actor=actor, customer=str(customer_id), details={"survivor_id": survivor}
    )
    keep_together(actor=actor, old_id=customer_id, new_id=survivor)
    follow(user_id=person_of(request).pk, old_id=customer_id, new_id=survivor)
    messages.info(
        request,
        _("Account %(old)s was merged into this one. You were led here.") % {"old": customer_id},
    )
    return go(request, "customers:customer", survivor)


def found_nobody(actor: Actor, customer_id: int, part: str) -> None:
    """That an opening came to nothing: its entry was written before anybody could know."""
    record(
        "customer.viewed",
        actor=actor,
        outcome="not_done",
        customer=str(customer_id),
        details={"part": part},
    )
