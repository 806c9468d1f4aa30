"""The life of a request as steps: asked, sent, looked for, decided, proved; newest last."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.formats import clock, day
from apps.goodwill.models import Decision, GoodwillRequest, Kind, OutsideAct
from apps.goodwill.money import given_words

Verdict = Decision.Verdict
ICONS = {
    Verdict.APPROVE: ("checks", "ok"),
    Verdict.APPROVE_FIRST: ("checks", "info"),
    Verdict.REJECT: ("circle-x", "bad"),
    Verdict.SEND_BACK: ("arrow-back-up", "info"),
    Verdict.WITHDRAW: ("x", ""),
    Verdict.ANSWER: ("note", ""),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the timeline; tone as in components/timeline.html."""

    at: datetime
    icon: str
    tone: str
    text: str
    note: str = ""

    @property
    def amount(self) -> str:
        """The time stands where other timelines show points."""
        return clock(self.at)

    @property
    def day(self) -> str:
        """Steps of a day stand together."""
        return day(self.at)


def life_of(request: GoodwillRequest) -> list[Step]:
    """Every step, in order. Uses acts and decisions: prefetch them."""
    steps = [_asked(request), *_sent(request), *_decided(request), *_moved(request)]
    return sorted(steps, key=lambda step: step.at)


def _asked(request: GoodwillRequest) -> Step:
    what = given_words(request.kind, request.amount, request.series)
    who = request.requester_name or request.origin_words or _("Somebody outside the console")
    text = _("%(who)s asked for %(what)s.") % {"who": who, "what": what}
    return Step(request.asked_at, "gift", "info", text, request.reason_words)


def _sent(request: GoodwillRequest) -> Iterator[Step]:
    for act in request.acts.all():
        if act.kind != OutsideAct.Kind.ADD:
            continue
        looked = _looked(act)
        if act.state == OutsideAct.State.DONE:
            text = _("Capillary has it as %(id)s.") % {"id": request.outside_id}
            yield Step(act.settled_at or act.started_at, "send", "", text, looked)
        elif act.state == OutsideAct.State.NOT_DONE:
            text = _("Capillary did not take it.")
            yield Step(act.settled_at or act.started_at, "circle-x", "bad", text, act.message)
        else:
            yield Step(act.started_at, "hourglass", "wait", _("Sent; no answer is known yet."), looked)


def _decided(request: GoodwillRequest) -> Iterator[Step]:
    acts = {act.decision_id: act for act in request.acts.all() if act.decision_id}
    for decision in request.decisions.all():
        icon, tone = ICONS[Verdict(decision.verdict)]
        act = acts.get(decision.pk)
        note = f"“{decision.reason}”" if decision.reason else ""
        if act is not None and act.is_open:
            icon, tone, note = "hourglass", "wait", _("Sent; whether it took place is not known yet.")
        elif decision.took_effect is False:
            icon, tone = "circle-x", "bad"
            note = _("It did not take place. %(why)s") % {"why": act.message if act else ""}
        elif act is not None and act.looks:
            note = f"{note} {_looked(act)}".strip()
        yield Step(decision.at, icon, tone, _sentence(request, decision), note)


def _sentence(request: GoodwillRequest, decision: Decision) -> str:
    who = decision.by_words + (_(", outside the console") if decision.elsewhere else "")
    what = given_words(request.kind, decision.amount or request.granted, request.series)
    sentences = {
        Verdict.APPROVE: _("%(who)s approved %(what)s."),
        Verdict.APPROVE_FIRST: _("%(who)s approved %(what)s first; a second person decides too."),
        Verdict.REJECT: _("%(who)s rejected it."),
        Verdict.SEND_BACK: _("%(who)s sent it back."),
        Verdict.WITHDRAW: _("%(who)s withdrew it."),
        Verdict.ANSWER: _("%(who)s answered."),
    }
    return sentences[Verdict(decision.verdict)] % {"who": who, "what": what}


def _moved(request: GoodwillRequest) -> Iterator[Step]:
    if request.escalated_at is not None:
        to = request.escalated_to.name if request.escalated_to else _("nobody else: no deputy store is set")
        text = _("It waited too long and went to %(to)s too.") % {"to": to}
        yield Step(request.escalated_at, "clock", "", text)
    if request.proved_at is not None:
        what = given_words(request.kind, request.approved_amount, request.series)
        where = _("the ledger") if request.kind == Kind.POINTS else _("the customer's coupons")
        text = _("%(what)s found in %(where)s.") % {"what": what[:1].upper() + what[1:], "where": where}
        note = _("Entry %(key)s.") % {"key": request.proof_key} if request.proof_key else ""
        yield Step(request.proved_at, "circle-check", "ok", text, note)


def _looked(act: OutsideAct) -> str:
    if not act.looks:
        return ""
    return ngettext("Looked for %(count)s time.", "Looked for %(count)s times.", act.looks) % {
        "count": act.looks
    }
