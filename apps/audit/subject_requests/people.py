"""Who handles requests: the permission, and what this room needs to know of an account."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Protocol, TypeVar

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.models import SubjectRequest
from apps.audit.services import record
from apps.core.errors import Conflict, Missing, Refused

HANDLE = "staff.handle_subject_requests"
LONGEST = 300
# So long a worker that says nothing is waited for.
LEASE = timedelta(minutes=5)
R = TypeVar("R")


class Person(Protocol):
    """The account that acts."""

    pk: int
    name: str

    def has_perm(self, permission: str, obj: object = None) -> bool:
        """True when any of the person's roles allows it."""


def may_handle(actor: Actor, user: Person, number: str) -> None:
    """Raises Refused without the permission: an entry too."""
    if not user.has_perm(HANDLE):
        refuse(actor, number, _("Only auditors and administrators handle subject requests."))


def refuse(actor: Actor, number: str, words: str, action: str = "subject.act.refused") -> None:
    """Write the refusal, then raise it."""
    record(action, actor=actor, outcome="refused", subject=number, reason=words)
    raise Refused(words)


def refusals_traced(service: Callable[..., R]) -> Callable[..., R]:
    """For a step of a request: what cannot be done now is an entry too, whatever its own transaction takes back.

    What is wrong with what was typed stands beside its field and is none.
    """

    @wraps(service)
    def guarded(*, actor: Actor, request: SubjectRequest, **more: Any) -> R:
        try:
            return service(actor=actor, request=request, **more)
        except (Conflict, Missing) as error:
            trace(
                "subject.act.refused",
                request,
                actor=actor,
                outcome="refused",
                reason=error.message,
                step=service.__name__,
            )
            raise

    return guarded


def locked(request: SubjectRequest, *states: str) -> SubjectRequest:
    """The row held until the transaction ends. Raises Conflict when it stands elsewhere by now."""
    kept = SubjectRequest.objects.select_for_update().get(pk=request.pk)
    if kept.state not in states:
        raise Conflict(
            _("%(number)s stands elsewhere by now: %(state)s.")
            % {"number": kept.number, "state": kept.get_state_display()},
            next_step=_("Load the page again."),
        )
    return kept


def must_ask_for(kind: str, request: SubjectRequest) -> None:
    """Raises Conflict where the person asked for something else: no act of one kind ends or begins the other."""
    if request.kind != kind:
        raise Conflict(
            _("%(number)s asks for something else: %(kind)s.")
            % {"number": request.number, "kind": request.get_kind_display()},
            next_step=_("Open a request of its own for that."),
        )


def trace(
    action: str,
    request: SubjectRequest,
    *,
    actor: Actor,
    outcome: str = "done",
    reason: str = "",
    **details: object,
) -> None:
    """Write an entry about a request, found by its customer and its identifiers too."""
    record(
        action,
        actor=actor,
        outcome=outcome,
        customer=request.customer,
        subject=request.number,
        reason=reason,
        digests=[bytes.fromhex(one) for one in request.digests],
        details={"kind": request.kind, **details},
    )
