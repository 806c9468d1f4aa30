"""Sends the customer a one-time code. The code itself never comes here."""

import math
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.audit.writing import written
from apps.capillary.errors import CapillaryError
from apps.capillary.types_redeeming import CodeSent
from apps.core.context import current_reference
from apps.core.errors import BadInput, Conflict, ConsoleError
from apps.core.kept import points as in_words
from apps.core.masking import mask
from apps.points.asking_outside import beside_our_field, code_call
from apps.points.models import CodeSending, Mode
from apps.points.preparing import Prepared, prepare
from apps.points.ruling import rules_for
from apps.points.wanted import Wanted
from apps.staff.models import Store, User

Outcome = CodeSending.Outcome


def wait_seconds(user: User, customer_id: int, store: Store | None = None) -> int:
    """Seconds until this person may send the customer another code, 0 when they may now.

    A sending that certainly did not take place does not count. Two queries.
    """
    last = last_sending(user, customer_id)
    if last is None:
        return 0
    again = last.at + timedelta(seconds=rules_for(store or last.store).resend_seconds)
    return max(0, math.ceil((again - timezone.now()).total_seconds()))


def last_sending(user: User, customer_id: int) -> CodeSending | None:
    """The last code this person sent the customer, or may have sent. One query."""
    rows = CodeSending.objects.filter(user=user, customer_id=customer_id).exclude(outcome=Outcome.NOT_SENT)
    return rows.select_related("store").order_by("-at").first()


def fresh_sending(user: User, wanted: Wanted, store: Store | None) -> CodeSending | None:
    """A code for so many points that went out so recently that no other one is sent yet: it is still valid."""
    last = last_sending(user, wanted.customer_id)
    if last is None or last.points != wanted.points or not wait_seconds(user, wanted.customer_id, store):
        return None
    return last


def send_code(*, actor: Actor, user: User, wanted: Wanted) -> CodeSending:
    """Let the outside send the customer a code for these points.

    Within its validity the outside sends the same code again, so not knowing whether it went out does no harm.
    Shape:  the sending: sent (sent_to says where, masked), or unknown: it may be on its way
    Raises: as `checking.check` does; Conflict before the timer is over; CapillaryError when none went out
    """
    if wanted.mode != Mode.CODE:
        raise BadInput(_("This way of redeeming needs no code."), field="mode")
    ready = prepare(actor=actor, user=user, wanted=wanted)
    sending = _reserve(actor, user, ready)
    try:
        answer = ready.client.send(code_call(ready))
    except CapillaryError as error:
        outcome = Outcome.NOT_SENT if error.outcome_known else Outcome.UNKNOWN
        _settle(actor, sending, outcome, error=error)
        if error.outcome_known:
            raise beside_our_field(error) from None
        return sending
    except ConsoleError as error:
        _settle(actor, sending, Outcome.NOT_SENT, error=error)
        raise
    return _settle(actor, sending, Outcome.SENT, sent_to=_where(answer, ready))


def _reserve(actor: Actor, user: User, ready: Prepared) -> CodeSending:
    """The row of the sending, unless one is too fresh. The person's row is held: two clicks send one code."""
    with written():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        wait = wait_seconds(user, ready.wanted.customer_id, ready.store)
        if wait:
            raise Conflict(
                ngettext(
                    "A code was sent a moment ago. It can be sent again in %(count)s second.",
                    "A code was sent a moment ago. It can be sent again in %(count)s seconds.",
                    wait,
                )
                % {"count": wait},
                next_step=_("Ask the customer to look again; the code stays the same for a while."),
            )
        return CodeSending.objects.create(
            user=user,
            user_name=user.name,
            store=ready.store,
            customer_id=ready.wanted.customer_id,
            points=ready.wanted.points,
            correlation=current_reference(),
        )


def _settle(
    actor: Actor,
    sending: CodeSending,
    outcome: CodeSending.Outcome,
    *,
    sent_to: list[str] | None = None,
    error: ConsoleError | None = None,
) -> CodeSending:
    sending.outcome, sending.sent_to = outcome.value, sent_to or []
    if error is not None:
        sending.message, sending.code = error.message[:300], error.code[:20]
        sending.cap_request_id = error.request_id[:80]
    with written():
        sending.save()
        record(
            "points.code.sent",
            actor=actor,
            outcome={Outcome.SENT: "done", Outcome.NOT_SENT: "not_done"}.get(outcome, "unknown"),
            customer=str(sending.customer_id),
            details={"given": in_words(sending.points), "message": sending.message},
        )
    return sending


def _where(answer: CodeSent, ready: Prepared) -> list[str]:
    """Where the outside says it went; where it says nothing, the contacts it may have gone to."""
    told = [
        mask(kind, value) for kind, value in (("mobile", answer.mobile), ("email", answer.email)) if value
    ]
    return told or [mask(kind, value) for kind, value in ready.known.person.contacts[:1]]
