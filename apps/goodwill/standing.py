"""Where a request stands, as sentences for somebody who wants to act on it."""

from collections.abc import Collection
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.errors import Conflict
from apps.goodwill.models import Decision, GoodwillRequest
from apps.goodwill.states import State
from apps.staff.models import User

# A second press of the same button arrives within moments.
SAME_PRESS = timedelta(minutes=2)


def check_pending(request: GoodwillRequest, states: Collection[str] = (State.WAITING,)) -> None:
    """Raises Conflict, saying what is true now, unless the request is in one of these states."""
    if request.state in states:
        return
    raise Conflict(standing_words(request), next_step=_next_step(request))


def standing_words(request: GoodwillRequest) -> str:
    """One sentence about what is true now."""
    number = request.number
    last = request.decisions.order_by("-id").first()
    who = (last.by_words if last else "") or _("somebody")
    match request.state:
        case State.DECIDING:
            return _("%(who)s is deciding on %(number)s at this moment.") % {"who": who, "number": number}
        case State.SENT_BACK:
            return _("%(number)s was sent back to %(who)s.") % {
                "who": request.requester_name,
                "number": number,
            }
        case State.SENDING:
            return _("Whether Capillary has %(number)s is not known yet.") % {"number": number}
        case State.WAITING:
            return _("%(number)s waits for a decision.") % {"number": number}
        case State.REFUSED:
            return _("%(number)s was refused.") % {"number": number}
    return decided_words(request)


def decided_words(request: GoodwillRequest) -> str:
    """Who decided, and where."""
    words = {"who": request.decided_by_words, "number": request.number}
    elsewhere = request.decided_by == "elsewhere"
    if request.state == State.WITHDRAWN:
        return _("%(who)s has withdrawn %(number)s.") % words
    if request.state == State.REJECTED:
        if elsewhere:
            return _("%(number)s was already rejected outside the console, by %(who)s.") % words
        return _("%(who)s has already rejected %(number)s.") % words
    if elsewhere:
        return _("%(number)s was already approved outside the console, by %(who)s.") % words
    return _("%(who)s has already approved %(number)s.") % words


def same_decision(user: User, request: GoodwillRequest, *verdicts: str) -> GoodwillRequest | None:
    """The request as it stands when this person has pressed the same a moment ago, else None."""
    pressed = Decision.objects.filter(
        request=request, by=user, verdict__in=verdicts, at__gt=timezone.now() - SAME_PRESS
    ).exclude(took_effect=False)
    if not pressed.exists():
        return None
    return GoodwillRequest.objects.get(pk=request.pk)


def _next_step(request: GoodwillRequest) -> str:
    if request.state == State.DECIDING:
        return _("Wait until it is known.")
    if request.state == State.SENDING:
        return _("Wait until it is settled. Do not repeat it.")
    return _("Load the page again.")
