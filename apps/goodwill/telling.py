"""Where a request stands, told to whoever asked for it or reads about it: badge, sentence, what to do."""

from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.core import reader
from apps.core.formats import clock, day_and_clock
from apps.goodwill.authority import first_of
from apps.goodwill.causes import CAUSES
from apps.goodwill.models import Decision, GoodwillRequest, Kind, OutsideAct
from apps.goodwill.money import given_words
from apps.goodwill.states import State

Verdict = Decision.Verdict


@dataclass(frozen=True)
class Told:
    """tone is that of the block: ok, wait (not known yet), warn, bad or info.

    moving  it changes by itself within moments: the page looks again
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


def told(request: GoodwillRequest) -> Told:
    """One request. Uses its acts and decisions: prefetch them for lists."""
    act = request.open_act
    if act is not None:
        return _open(request, act)
    return _settled(request, given_words(request.kind, request.granted, request.series))


def line(request: GoodwillRequest) -> str:
    """The same in one line, for lists."""
    said = told(request)
    return f"{said.text} {said.next_step}".strip()


def with_whom(request: GoodwillRequest) -> str:
    """Who may decide on a waiting request."""
    if request.needs_other_store:
        who = _("a manager of another store")
    elif request.store is None:
        who = _("a store manager")
    else:
        who = _("a manager of %(store)s") % {"store": request.store.name}
    if request.escalated_to is not None:
        return _("%(who)s or of %(deputy)s") % {"who": who, "deputy": request.escalated_to.name}
    return who


def due_words(request: GoodwillRequest) -> str:
    """``Due at 14:00.``; another day is named, a time that has passed is said."""
    if request.due_at is None:
        return ""
    now = timezone.now()
    same_day = reader.local(request.due_at).date() == reader.local(now).date()
    when = clock(request.due_at) if same_day else day_and_clock(request.due_at)
    if request.due_at < now:
        return _("It was due at %(when)s.") % {"when": when}
    return _("Due at %(when)s.") % {"when": when}


def _open(request: GoodwillRequest, act: OutsideAct) -> Told:
    what = {
        OutsideAct.Kind.ADD: _("The request"),
        OutsideAct.Kind.APPROVE: _("The approval"),
        OutsideAct.Kind.REJECT: _("The rejection"),
    }[OutsideAct.Kind(act.kind)]
    if act.decision is not None and act.decision.verdict == Verdict.WITHDRAW:
        what = _("The withdrawal")
    if act.state == OutsideAct.State.PERSON:
        return Told(
            "unknown",
            "warn",
            _("A person has to look."),
            _(
                "%(what)s was sent and no answer came. It was looked for %(looks)s times without a clear result."
            )
            % {"what": what, "looks": act.looks},
            _("Look in Capillary for the tag %(tag)s. Do not repeat it.") % {"tag": request.tag or "–"},
            act.code,
            act.cap_request_id,
        )
    if act.state == OutsideAct.State.IN_PROGRESS:
        text = _("%(what)s is on its way.") % {"what": what}
    else:
        text = _("%(what)s was sent and no answer came. The console is checking.") % {"what": what}
    return Told(
        "unknown",
        "wait",
        _("Not known yet."),
        text,
        _("Do not repeat it."),
        act.code,
        act.cap_request_id,
        moving=True,
    )


def _settled(request: GoodwillRequest, what: str) -> Told:
    match request.state:
        case State.WAITING:
            return _waiting(request)
        case State.SENT_BACK:
            return Told(
                "sent_back",
                "info",
                _("Sent back."),
                _("%(who)s asks: “%(reason)s”") % _last(request, Verdict.SEND_BACK),
                _("Answer, and it waits for a decision again."),
            )
        case State.APPROVED:
            text = f"{_approved_by(request)} {_proof(request, what)}"
            return Told("approved", "info", _("Approved."), text, moving=request.next_proof_at is not None)
        case State.DONE:
            text = _("%(what)s given. The ledger shows it since %(at)s.")
            if request.kind == Kind.COUPON:
                text = _("%(what)s given. It is among the customer's coupons since %(at)s.")
            at = day_and_clock(request.proved_at)
            return Told("done", "ok", _("Done."), text % {"what": _capital(what), "at": at})
        case State.NOT_CREDITED:
            return Told(
                "not_credited",
                "bad",
                _("Approved, not credited."),
                f"{_approved_by(request)} {_missing(request)}",
                _("It is looked for once an hour. Do not give it again: a second credit may follow."),
                causes=[CAUSES[one] for one in request.causes if one in CAUSES],
            )
    return _ended(request)


def _approved_by(request: GoodwillRequest) -> str:
    if request.decided_by == "policy":
        return _("Approved by policy (%(policy)s).") % {"policy": request.policy}
    if request.decided_by == "elsewhere":
        return _("Approved outside the console, by %(who)s.") % {"who": request.decided_by_words}
    return _("Approved by %(who)s.") % {"who": request.decided_by_words}


def _proof(request: GoodwillRequest, what: str) -> str:
    if request.kind == Kind.COUPON:
        return _("The customer's coupons are being read until it is there.")
    if request.next_proof_at is None:
        return _("Made elsewhere, so the console does not look for it in the ledger.")
    return _("The ledger is being read until it shows %(what)s.") % {"what": what}


def _missing(request: GoodwillRequest) -> str:
    if request.kind == Kind.COUPON:
        return _("It is not among the customer's coupons in time.")
    return _("The ledger does not show it in time.")


def _waiting(request: GoodwillRequest) -> Told:
    if request.by_policy:
        text = _("Within the requester's own limit. The approval by policy follows in a moment.")
        return Told("waiting", "info", _("Waiting."), text, moving=True)
    text = _("Decided by %(who)s.") % {"who": with_whom(request)}
    if first_of(sorted(request.decisions.all(), key=lambda one: one.pk, reverse=True)) is not None:
        text = _("Approved by one person, and a second one decides too: %(who)s.") % {
            "who": with_whom(request)
        }
    if request.message:
        text = _("%(text)s The last decision did not take place: %(why)s") % {
            "text": text,
            "why": request.message,
        }
    return Told("waiting", "warn", _("Waiting."), text, due_words(request))


def _ended(request: GoodwillRequest) -> Told:
    nothing = _("Nothing was given.")
    match request.state:
        case State.REJECTED:
            said = _last(request, Verdict.REJECT)
            text = _("%(who)s rejected it: “%(reason)s”") if said["reason"] else _("%(who)s rejected it.")
            return Told("rejected", "bad", _("Rejected."), text % said, nothing)
        case State.WITHDRAWN:
            text = _("%(who)s withdrew it: “%(reason)s”") % _last(request, Verdict.WITHDRAW)
            return Told("withdrawn", "", _("Withdrawn."), text, nothing)
        case State.REFUSED:
            add = next((one for one in request.acts.all() if one.kind == OutsideAct.Kind.ADD), None)
            return Told(
                "refused",
                "bad",
                _("Refused."),
                request.message or _("Capillary did not take it."),
                _("Nothing moved. Ask again from the customer's page when it is corrected."),
                add.code if add else "",
                add.cap_request_id if add else "",
            )
    return Told("unknown", "wait", _("Not known yet."), _("The console is checking."), moving=True)


def _last(request: GoodwillRequest, verdict: str) -> dict[str, str]:
    said = [one for one in request.decisions.all() if one.verdict == verdict]
    if not said:
        return {"who": request.decided_by_words or _("Somebody"), "reason": ""}
    return {"who": said[-1].by_words, "reason": said[-1].reason}


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
