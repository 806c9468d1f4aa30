"""The evidence card: what a person sees of a request before they decide, ready to be drawn."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.errors import ConsoleError, Unavailable
from apps.core.formats import number, points
from apps.goodwill.card_points import Like, Point, changed_of, like_of, why_of
from apps.goodwill.deciders import who_can
from apps.goodwill.escalations import times_of
from apps.goodwill.models import GoodwillRequest, Kind
from apps.goodwill.opening import Evidence
from apps.goodwill.queue_rows import what, whom
from apps.goodwill.records import Record, record_of
from apps.goodwill.standing import standing_words
from apps.goodwill.states import State
from apps.goodwill.switches import GOODWILL
from apps.operations.switches import off_for, off_words


@dataclass(frozen=True)
class Card:
    """One request with its evidence.

    unread     the facts could not be read: shown as a panel that failed
    off        why this person cannot approve it now, "" when they can;  no_reject  the same for the rest
    most       the amount the approve button names; None while the person has to name one: that Capillary does not tell,
               or a part of what was asked, which nobody gives by one key
    others     who may approve all of it, where this person may not
    two_above  above so many points another person approves after this one, None for never
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
    two_above: Decimal | None
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
        """The balance when the button was pressed; None while no amount is named."""
        if self.evidence.before is None or self.most is None or self.request.kind != Kind.POINTS:
            return None
        return self.evidence.before + self.most

    @property
    def keeps(self) -> Decimal | None:
        """What the store's budget keeps after it, so far as an amount is named."""
        left = self.evidence.budget.left if self.evidence.budget else None
        if left is None or (self.most is None and self.request.kind == Kind.COUPON):
            return None
        return max(Decimal(0), left - (self.most or 0))

    @property
    def is_first(self) -> bool:
        """The approval would be the first of two."""
        return self.two_above is not None and self.most is not None and self.most > self.two_above

    @property
    def bound(self) -> Decimal | None:
        """The most this person can approve of it by their limit and the first approval, None without a bound."""
        return _bound(self.evidence)

    @property
    def most_note(self) -> str:
        """That this person may approve a part only, "" when all of it."""
        asked, most = self.request.amount, self.bound
        if asked is None or most is None or most >= asked:
            return ""
        return _("You may approve %(most)s of the %(asked)s asked for.") % {
            "most": number(most),
            "asked": points(asked),
        }

    @property
    def is_part(self) -> bool:
        """The amount named is less than was asked for."""
        asked = self.request.amount
        return asked is not None and self.most is not None and self.most < asked

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
        words = _("%(store)s has %(left)s of %(amount)s left this month, %(keeps)s after this.")
        if self.most is None:
            words = _("%(store)s has %(left)s of %(amount)s left this month.")
        return words % {
            "store": store.name,
            "left": number(budget.left),
            "amount": number(budget.amount or 0),
            "keeps": number(self.keeps),
        }


def card_of(evidence: Evidence) -> Card:
    """Everything the card shows of evidence that was opened."""
    request = evidence.request
    return Card(
        request=request,
        evidence=evidence,
        what=what(request),
        whom=whom(request),
        why=list(why_of(request)),
        changes=[point for one in evidence.changes for point in changed_of(one, request)],
        duplicates=[like_of(one) for one in evidence.duplicates],
        record=record_of(request),
        read_at=timezone.now(),
        unread=Unavailable(evidence.unread) if evidence.unread else None,
        off=_off(evidence),
        no_reject=_no_decision(evidence),
        no_send_back=_no_decision(evidence) or _nobody_answers(request),
        most=_named(evidence),
        others=_others(evidence),
        two_above=_two_above(evidence),
        standing="" if request.state == State.WAITING else standing_words(request),
    )


def with_amount(card: Card, amount: Decimal | None) -> Card:
    """The same card for another amount; None for one that cannot be: then no amount is named."""
    return card if card.request.kind == Kind.COUPON else replace(card, most=amount)


def _bound(evidence: Evidence) -> Decimal | None:
    first = evidence.first.amount if evidence.first else None
    bounds = [one for one in (evidence.most, first) if one is not None]
    return min(bounds) if bounds else None


def _named(evidence: Evidence) -> Decimal | None:
    """As asked, or what was approved first; nothing where this person may approve only a part of that."""
    asked = evidence.request.amount
    if asked is None or evidence.request.kind == Kind.COUPON:
        return asked
    whole = evidence.first.amount if evidence.first and evidence.first.amount is not None else asked
    return None if evidence.most is not None and 0 < evidence.most < whole else whole


def _two_above(evidence: Evidence) -> Decimal | None:
    request = evidence.request
    if evidence.first is not None or request.kind == Kind.COUPON:
        return None
    return times_of(request.store).second_threshold


def _no_decision(evidence: Evidence) -> str:
    """Why this person may neither approve, reject nor send back."""
    if evidence.request.state != State.WAITING:
        return _("It does not wait for a decision any more.")
    return evidence.refusal if evidence.limit.granted else ""


def _off(evidence: Evidence) -> str:
    """Why this person cannot approve at the moment."""
    if words := (_no_decision(evidence) or evidence.refusal or evidence.no_second):
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
