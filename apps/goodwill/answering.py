"""What a requester does with a request of theirs: answer one that was sent back, withdraw a pending one."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.writing import written
from apps.core.errors import Refused
from apps.goodwill.acting import carry_out
from apps.goodwill.checking import LONGEST_COMMENT, words_of
from apps.goodwill.deciding import begin_rejection, told
from apps.goodwill.effects import move
from apps.goodwill.escalations import times_of
from apps.goodwill.models import Decision, GoodwillRequest
from apps.goodwill.standing import check_pending, same_decision
from apps.goodwill.states import Event, State
from apps.goodwill.tracing import trace
from apps.staff.models import User


def answer(*, actor: Actor, user: User, request: GoodwillRequest, words: str) -> GoodwillRequest:
    """Answer a question; the request waits again, with time anew.

    Raises: Refused for somebody else's; Conflict when it is not sent back (any more); BadInput (words)
    """
    _check_own(user, request)
    said = words_of(words, field="words", missing=_("Write your answer."), longest=280)
    again = same_decision(user, request, Decision.Verdict.ANSWER)
    if again is not None and again.state == State.WAITING:
        last = again.decisions.order_by("-id").first()
        if last is not None and last.verdict == Decision.Verdict.ANSWER and last.reason == said:
            return again
    with written():
        kept = GoodwillRequest.objects.locked(request.pk)
        check_pending(kept, (State.SENT_BACK,))
        move(kept, Event.ANSWERED)
        kept.due_at = timezone.now() + timedelta(minutes=times_of(kept.store).due_minutes)
        kept.comment = f"{kept.comment}\n{said}".strip()[:LONGEST_COMMENT]
        kept.save(update_fields=["state", "due_at", "comment"])
        Decision.objects.create(
            request=kept,
            verdict=Decision.Verdict.ANSWER,
            by=user,
            by_words=user.name,
            reason=said,
            took_effect=True,
        )
        trace("answered", kept, actor=actor, reason=said)
    return kept


def withdraw(*, actor: Actor, user: User, request: GoodwillRequest, reason: str) -> GoodwillRequest:
    """Withdraw a pending request: it is rejected outside and withdrawn here.

    Shape:  the request: withdrawn, or deciding with an open act while it is not known yet
    Raises: Refused for somebody else's; Conflict when it is not pending (any more), or was decided outside
            meanwhile; BadInput (reason); TraceUnavailable
    """
    again = same_decision(user, request, Decision.Verdict.WITHDRAW)
    if again is not None:
        return again
    _check_own(user, request)
    words = words_of(reason, field="reason", missing=_("Say why you withdraw it."))
    act = begin_rejection(
        actor=actor, user=user, request=request, words=words, verdict=Decision.Verdict.WITHDRAW
    )
    return told(actor=actor, request=request, act=carry_out(actor=actor, act=act))


def _check_own(user: User, request: GoodwillRequest) -> None:
    if request.requester_id != user.pk:
        raise Refused(_("Only who asked for it can do this."))
