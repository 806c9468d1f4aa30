"""The evidence card: what a person sees of a request before they decide, ready to be drawn."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.errors import ConsoleError, Unavailable
from apps.core.formats import moment, number, points
from apps.goodwill.deciders import who_can
from apps.goodwill.duplicates import Duplicate
from apps.goodwill.facts import Change
from apps.goodwill.models import GoodwillRequest, Kind
from apps.goodwill.money import given_words
from apps.goodwill.opening import Evidence
from apps.goodwill.queue_rows import what, whom
from apps.goodwill.records import Record, record_of
from apps.goodwill.routing import needed
from apps.goodwill.standing import standing_words
from apps.goodwill.states import State
from apps.goodwill.switches import GOODWILL
from apps.operations.switches import off_for, off_words

RULE_ICONS = {
    "fraud": "flag",
    "colleague": "user-shield",
    "budget": "building-store",
    "store_limit": "building-store",
    "two_people": "users",
    "handed_on": "info-circle",
}
FACT_ICONS = {
    "status": "info-circle",
    "balance": "coins",
    "tier": "star",
    "fraud": "flag",
    "merged": "users",
    "budget": "building-store",
    "over_budget": "building-store",
}
NUMBERS = {"balance", "budget"}
STATES = {
    State.WAITING.value: gettext_lazy("It waits."),
    State.SENT_BACK.value: gettext_lazy("It was sent back."),
    State.APPROVED.value: gettext_lazy("It was approved."),
    State.DONE.value: gettext_lazy("It was given."),
    State.NOT_CREDITED.value: gettext_lazy("It was approved and is not credited."),
}


@dataclass(frozen=True, slots=True)
class Point:
    """One line of a list in the card."""

    words: str | Promise
    more: str
    icon: str


@dataclass(frozen=True, slots=True)
class Like:
    """Another request that looks like this one, in a sentence; pk is None for one that cannot be opened."""

    words: str
    pk: int | None
    number: str


@dataclass(frozen=True)
class Card:
    """One request with its evidence.

    unread     the facts could not be read: shown as a panel that failed
    off        why this person cannot approve it now, "" when they can;  no_reject  the same for the rest
    most       the amount the approve button names: as asked, or what this person may approve of it
    others     who may approve all of it, where this person may not
    two        two people decide on that amount
    standing   what is true now of one that does not wait any more
    """

    request: GoodwillRequest
    evidence: Evidence
    what: str
    whom: str
    why: list[Point]
    changes: list[Point]
    duplicates: list[Like]
    record: Record
    read_at: datetime
    unread: ConsoleError | None
    off: str
    no_reject: str
    no_send_back: str
    most: Decimal | None
    others: str
    two: bool
    standing: str

    @property
    def waits(self) -> bool:
        """Whether there is something to decide."""
        return self.request.state == State.WAITING

    @property
    def given(self) -> str:
        """What the approve button gives: ``500 points``."""
        if self.request.kind == Kind.COUPON:
            return what(self.request)
        return points(self.most) if self.most is not None else _("points")

    @property
    def after(self) -> Decimal | None:
        """The balance when the button was pressed."""
        if self.evidence.before is None or self.most is None or self.request.kind != Kind.POINTS:
            return None
        return self.evidence.before + self.most

    @property
    def keeps(self) -> Decimal | None:
        """What the store's budget keeps after it."""
        left = self.evidence.budget.left if self.evidence.budget else None
        return None if left is None or self.most is None else max(Decimal(0), left - self.most)

    @property
    def is_first(self) -> bool:
        """The approval would be the first of two."""
        return self.two and self.evidence.first is None

    @property
    def most_note(self) -> str:
        """That this person may approve a part only, "" when all of it."""
        asked = self.request.amount
        if asked is None or self.most is None or self.most >= asked:
            return ""
        return _("You may approve %(most)s of the %(asked)s asked for.") % {
            "most": number(self.most),
            "asked": points(asked),
        }

    @property
    def record_title(self) -> str:
        """Heading of the requester's numbers."""
        return _("Record of %(name)s, 90 days") % {"name": self.record.name or _("that place")}

    @property
    def budget_words(self) -> str:
        """What the store's budget has left, and keeps after this."""
        budget, store = self.evidence.budget, self.request.store
        if budget is None or store is None or budget.left is None or self.keeps is None:
            return ""
        return _("%(store)s has %(left)s of %(amount)s left this month, %(keeps)s after this.") % {
            "store": store.name,
            "left": number(budget.left),
            "amount": number(budget.amount or 0),
            "keeps": number(self.keeps),
        }


def card_of(evidence: Evidence) -> Card:
    """Everything the card shows of evidence that was opened."""
    request = evidence.request
    most = (evidence.most if request.amount is not None else None) or request.amount
    return Card(
        request=request,
        evidence=evidence,
        what=what(request),
        whom=whom(request),
        why=list(_why(request)),
        changes=[_change(one) for one in evidence.changes],
        duplicates=[_like(one) for one in evidence.duplicates],
        record=record_of(request),
        read_at=timezone.now(),
        unread=Unavailable(evidence.unread) if evidence.unread else None,
        off=_off(evidence),
        no_reject=_no_decision(evidence),
        no_send_back=_no_decision(evidence) or _nobody_answers(request),
        most=most,
        others=_others(evidence),
        two=needed(request.store, request.kind, most) > 1,
        standing="" if request.state == State.WAITING else standing_words(request),
    )


def with_amount(card: Card, amount: Decimal | None) -> Card:
    """The same card for another amount. One query."""
    if amount is None or card.request.kind == Kind.COUPON:
        return card
    return replace(card, most=amount, two=needed(card.request.store, card.request.kind, amount) > 1)


def _why(request: GoodwillRequest) -> Iterable[Point]:
    for one in request.because():
        yield Point(one.get("words", ""), "", RULE_ICONS.get(one.get("rule", ""), "checks"))
    if request.origin == GoodwillRequest.Origin.ELSEWHERE:
        words = _("It was made elsewhere and waits for somebody who may decide.")
        yield Point(words, request.origin_words, "share-3")
    if request.escalated_at:
        to = request.escalated_to.name if request.escalated_to else ""
        more = _("It went to %(store)s too.") % {"store": to} if to else ""
        yield Point(_("It waited longer than its store allows."), more, "clock")
    if request.needs_other_store and not any(one.get("rule") == "colleague" for one in request.because()):
        yield Point(_("The customer is a colleague: a manager of another store decides."), "", "user-shield")


def _like(one: Duplicate) -> Like:
    near = _("a near amount") if one.amount is not None else _("how many is not told")
    because = {"bill": _("the same bill"), "series": _("a coupon too")}.get(one.why, near)
    words = _("%(by)s asked for %(what)s on %(when)s: %(because)s.") % {
        "by": one.by or _("Somebody elsewhere"),
        "what": given_words(one.kind, one.amount),
        "when": moment(one.at),
        "because": f"{because}, {one.reason}" if one.reason else because,
    }
    state = STATES.get(one.state, "")
    where = _("Made outside this console.") if one.pk is None else "" if one.is_open else one.number
    words = " ".join(str(part) for part in (words, state, where) if part)
    return Like(words, one.pk if one.is_open else None, one.number)


def _change(one: Change) -> Point:
    icon = FACT_ICONS.get(one.name, "info-circle")
    if one.name == "balance" and one.before and one.now:
        moved = Decimal(one.now) - Decimal(one.before)
        title = _("The balance rose by %(points)s.") if moved > 0 else _("The balance fell by %(points)s.")
        more = _("It was %(before)s and is %(now)s.") % {
            "before": number(one.before),
            "now": number(one.now),
        }
        return Point(title % {"points": points(abs(moved))}, more, icon)
    before, now = (_told(one.name, value) for value in (one.before, one.now))
    return Point(
        _("%(what)s has changed.") % {"what": one.words},
        _("It was %(before)s and is %(now)s.") % {"before": before, "now": now},
        icon,
    )


def _told(name: str, value: str) -> str:
    if not value:
        return _("nothing")
    return number(value) if name in NUMBERS else value


def _no_decision(evidence: Evidence) -> str:
    """Why this person may neither approve, reject nor send back."""
    if evidence.request.state != State.WAITING:
        return _("It does not wait for a decision any more.")
    return evidence.refusal if evidence.limit.granted else ""


def _off(evidence: Evidence) -> str:
    """Why this person cannot approve at the moment."""
    if words := (_no_decision(evidence) or evidence.refusal):
        return words
    if switch := off_for(GOODWILL, evidence.request.store):
        return off_words(switch)
    if evidence.unread:
        return _("Approving is off until the evidence could be read.")
    if evidence.facts.merged:
        return _("The account was merged into %(survivor)s. Reject it and ask there.") % {
            "survivor": evidence.facts.merged
        }
    if evidence.most == 0:
        return _("This is over your own limit: nothing is left of it now.")
    return ""


def _nobody_answers(request: GoodwillRequest) -> str:
    if request.requester_id is None:
        return _("It was made elsewhere, so nobody here can answer.")
    return ""


def _others(evidence: Evidence) -> str:
    """A sentence about who may approve all of it, "" when this person may."""
    request = evidence.request
    if request.amount is None or evidence.most is None or evidence.most >= request.amount:
        return ""
    names = who_can(request)
    if not names:
        return _("Nobody of this store may approve all of it. Your administrator sets the limits.")
    return _("%(names)s may approve all of it.") % {"names": ", ".join(names)}
