"""Opening a request, refusing it, and saying that it is answered."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.models import SubjectRequest
from apps.audit.services import record
from apps.audit.subject_requests.clock import due_on
from apps.audit.subject_requests.people import (
    LONGEST,
    Person,
    locked,
    may_handle,
    must_ask_for,
    refusals_traced,
    trace,
)
from apps.audit.subject_requests.whom import (
    Meant,
    NobodyKnown,
    SeveralCustomers,
    is_anybody,
    meant_by,
)
from apps.core.errors import BadInput
from apps.core.faults import Faults
from apps.core.words import needed

State = SubjectRequest.State
OLDEST_DAYS = 366


def open_request(
    *,
    actor: Actor,
    user: Person,
    kind: str,
    whom: str,
    received_on: date,
    came_by: str,
    nobody: bool = False,
) -> SubjectRequest:
    """Open one; of a typed identifier only mask and keyed hash are kept.

    nobody  it is known that the trail has nothing about them
    Raises: Refused; BadInput (kind, whom, received_on, came_by); NobodyKnown among these (whom)
    """
    may_handle(actor, user, _("a new subject request"))
    faults = Faults()
    with faults:
        _check_among(SubjectRequest.Kind.values, kind, "kind")
    with faults:
        meant = _meant_by(whom, actor, nobody=nobody)
    with faults:
        _check_received(received_on)
    with faults:
        _check_among(SubjectRequest.CameBy.values, came_by, "came_by")
    faults.tell()
    with transaction.atomic():
        request = SubjectRequest.objects.create(
            kind=kind,
            customer=meant.customer,
            mask=meant.mask,
            digests=[one.hex() for one in meant.digests],
            received_on=received_on,
            due_on=due_on(received_on),
            came_by=came_by,
            opened_by_id=user.pk,
            opened_by_name=user.name,
        )
        trace(
            "subject.request.opened",
            request,
            actor=actor,
            received=received_on.isoformat(),
            due=request.due_on.isoformat(),
            came_by=came_by,
        )
    return request


def _meant_by(typed: str, actor: Actor, *, nobody: bool) -> Meant:
    """As `meant_by`; to be told whom an identifier leads to, or that nobody is known by it, is a look-up."""
    try:
        meant = meant_by(typed)
    except SeveralCustomers as error:
        with transaction.atomic():
            for customer in error.told:
                record(
                    "subject.request.not_opened",
                    actor=actor,
                    outcome="not_done",
                    customer=customer,
                    digests=error.digests,
                )
        raise
    if not nobody and not is_anybody(meant):
        record(
            "subject.request.nobody_known",
            actor=actor,
            outcome="not_done",
            digests=meant.digests,
            details={"whom": meant.mask or meant.customer},
        )
        raise NobodyKnown
    return meant


def _check_among(choices: Collection[str], chosen: str, field: str) -> None:
    if chosen not in choices:
        raise BadInput(_("Choose one of those shown."), field=field)


def _check_received(day: date) -> None:
    today = timezone.localdate()
    if day > today:
        raise BadInput(_("This day has not come yet."), field="received_on")
    if (today - day).days > OLDEST_DAYS:
        raise BadInput(_("This is more than a year ago. Write the day it was received."), field="received_on")


@refusals_traced
def refuse_request(*, actor: Actor, user: Person, request: SubjectRequest, reason: str) -> None:
    """End it without what was asked for. Raises Refused, BadInput (reason), Conflict."""
    may_handle(actor, user, request.number)
    words = needed(reason, LONGEST, "reason", missing=_("Say why it is refused: the person is told so too."))
    with transaction.atomic():
        kept = locked(request, State.OPEN, State.READY, State.WAITING)
        _end(kept, user, State.REFUSED, words)
        trace("subject.request.refused", kept, actor=actor, reason=words)


@refusals_traced
def answer_request(*, actor: Actor, user: Person, request: SubjectRequest, reason: str) -> None:
    """The person has their pack. Raises Refused, BadInput (reason), Conflict."""
    may_handle(actor, user, request.number)
    words = needed(reason, LONGEST, "reason", missing=_("Say how the person was answered."))
    with transaction.atomic():
        kept = locked(request, State.READY)
        must_ask_for(SubjectRequest.Kind.ACCESS, kept)
        _end(kept, user, State.DONE, words)
        trace("subject.request.answered", kept, actor=actor, reason=words)


def _end(request: SubjectRequest, user: Person, state: str, words: str) -> None:
    request.state, request.reason, request.problem = state, words, ""
    request.ended_at, request.ended_by_name = timezone.now(), user.name
    request.save()
