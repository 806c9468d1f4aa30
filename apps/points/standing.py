"""Where a redemption or reversal stands, told on its page: badge, sentence, what to do."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import kept
from apps.core.formats import day_and_clock
from apps.core.formats import points as in_words
from apps.operations.acts.rows import ActState
from apps.points.models import Redemption, Reversal, ReversalAct, State

CAUSES: dict[str, Promise] = {
    "listed": gettext_lazy("The customer's list of redemptions does not show it."),
    "ledger": gettext_lazy("The ledger has no entry for it."),
    "unread": gettext_lazy("Capillary could not be read."),
}


@dataclass(frozen=True)
class Standing:
    """tone is that of the block: ok, wait (not known yet), warn, bad or info.

    moving  it changes by itself: the page looks again
    """

    badge: str
    tone: str
    title: str
    text: str
    next_step: str = ""
    code: str = ""
    request_id: str = ""
    moving: bool = False
    causes: list[str | Promise] = field(default_factory=list)

    @property
    def needs_person(self) -> bool:
        """The console gave up looking."""
        return self.badge == "unknown" and self.tone == "warn"


def redemption_stands(act: Redemption) -> Standing:
    """One redemption."""
    told = {"points": in_words(act.moved), "name": whom(act)}
    if act.is_open:
        return _open(
            act,
            _("Do not repeat this redemption."),
            _("The %(points)s may or may not have been taken.") % told,
            _("The redemption is on its way."),
        )
    if act.state == ActState.NOT_DONE:
        return Standing(
            "refused",
            "bad",
            _("Not redeemed"),
            _("%(why)s Nothing was taken.") % {"why": act.message or _("Capillary did not take it.")},
            code=act.code,
            request_id=act.cap_request_id,
        )
    return _done(act, _("%(points)s redeemed for %(name)s") % told, request_id=act.cap_request_id)


def reversal_stands(reversal: Reversal) -> Standing:
    """One reversal. Uses its acts: prefetch them for lists."""
    told = {"points": in_words(reversal.points), "name": whom(reversal)}
    nothing = _("Nothing was given back.")
    decided = {"who": reversal.decided_by_name, "reason": reversal.decision_reason}
    match reversal.state:
        case State.WAITING:
            return Standing("waiting", "warn", _("Waiting for a second person"), _waits(reversal))
        case State.REJECTED:
            text = _("%(who)s rejected it: “%(reason)s”") % decided
            return Standing("rejected", "bad", _("Rejected"), text, nothing)
        case State.WITHDRAWN:
            text = _("%(who)s withdrew it.") % decided
            return Standing("withdrawn", "", _("Withdrawn"), text, nothing)
        case State.REFUSED:
            last = _last(reversal)
            why = reversal.message or _("Capillary did not take it.")
            code, request_id = (last.code, last.cap_request_id) if last else ("", "")
            return Standing("refused", "bad", _("Not given back"), why, nothing, code, request_id)
        case State.DONE:
            last = _last(reversal)
            told["points"] = in_words(reversal.given if reversal.given is not None else reversal.points)
            title = _("%(points)s given back to %(name)s") % told
            return _done(reversal, title, request_id=last.cap_request_id if last else "")
    open_act = reversal.open_act
    if open_act is None:
        return Standing("unknown", "wait", _("Not known yet"), _("The console is checking."), moving=True)
    return _open(
        open_act,
        _("Do not repeat this reversal."),
        _("The %(points)s may or may not have been given back.") % told,
        _("The reversal is on its way."),
    )


def whom(subject: Redemption | Reversal) -> str:
    """The customer's name, or their id where it cannot be read."""
    return subject.customer_name or str(subject.customer_id)


@kept.of_nobody
def note_of(act: Redemption) -> str:
    """The redemption in one line, for a ticket: no name, the number masked. It leaves the page for people who do not
    know whose it was, so it is written as the console writes and names its zone."""
    at = act.settled_at or act.started_at
    parts = [
        _("%(points)s redeemed for customer %(mask)s, %(at)s.")
        % {"points": in_words(act.moved), "mask": act.customer_mask, "at": kept.moment(at)},
    ]
    outside_id = act.outside_id or act.listed_id
    told = {"id": outside_id, "number": act.number}
    parts.append(
        _("Redemption %(id)s (%(number)s).") % told if outside_id else _("Redemption %(number)s.") % told
    )
    if act.bill:
        parts.append(_("Bill %(bill)s.") % {"bill": act.bill})
    if act.balance_after is not None:
        parts.append(_("New balance %(points)s.") % {"points": in_words(act.balance_after)})
    return " ".join(parts)


def _open(act: Any, warning: str, perhaps: str, on_its_way: str) -> Standing:
    more = (act.code, act.cap_request_id)
    if act.state == ActState.PERSON:
        why = act.message or _("It was looked for %(looks)s times without a clear result.") % {
            "looks": act.looks
        }
        text = _("%(why)s Somebody else than who sent it says what became of it.") % {"why": why}
        return Standing("unknown", "warn", _("A person has to look"), text, warning, *more)
    if act.state == ActState.IN_PROGRESS:
        return Standing("unknown", "wait", _("Not known yet"), on_its_way, warning, *more, moving=True)
    text = _("No answer came that is understood. %(perhaps)s") % {"perhaps": perhaps}
    title = _("Not known yet: the console is checking")
    return Standing("unknown", "wait", title, text, warning, *more, moving=True)


def _done(subject: Redemption | Reversal, title: str, *, request_id: str) -> Standing:
    if subject.is_not_proved:
        return Standing(
            "not_proved",
            "bad",
            title,
            _("Capillary said yes, and its books do not show it in time."),
            _("It is still looked for. Do not repeat it."),
            request_id=request_id,
            causes=[CAUSES[one] for one in subject.causes if one in CAUSES],
        )
    if subject.proved_at is None:
        text = _("Capillary booked it. Its list and its ledger are being read until they show it.")
        moving = subject.next_proof_at is not None
        return Standing("booked", "info", title, text, request_id=request_id, moving=moving)
    text = _("Capillary's books show it since %(at)s.") % {"at": day_and_clock(subject.proved_at)}
    return Standing("done", "ok", title, text, request_id=request_id)


def _waits(reversal: Reversal) -> str:
    text = _("Nothing is given back before somebody else approves it.")
    if not reversal.message:
        return text
    return _("%(text)s The last try did not take place: %(why)s") % {"text": text, "why": reversal.message}


def _last(reversal: Reversal) -> ReversalAct | None:
    acts = list(reversal.acts.all())
    return acts[-1] if acts else None
