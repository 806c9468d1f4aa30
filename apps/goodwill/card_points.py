"""Lines of the evidence card: why it is here, what changed since, and what looks like it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.formats import moment, number, points
from apps.goodwill.duplicates import Duplicate
from apps.goodwill.facts import Change
from apps.goodwill.models import Decision, GoodwillRequest
from apps.goodwill.money import given_words
from apps.goodwill.states import State

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


def why_of(request: GoodwillRequest) -> Iterable[Point]:
    """Why it waits for a person."""
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


def like_of(one: Duplicate) -> Like:
    """Another request in a sentence."""
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


def changed_of(one: Change, request: GoodwillRequest) -> list[Point]:
    """What is not as it was."""
    return _talks(request) if one.name == "talks" else [_change(one)]


def _talks(request: GoodwillRequest) -> list[Point]:
    """What was asked and answered since, word for word."""
    asked, answered = Decision.Verdict.SEND_BACK, Decision.Verdict.ANSWER
    words = {asked: _("%(who)s asked: “%(words)s”"), answered: _("%(who)s answered: “%(words)s”")}
    icons = {asked: "arrow-back-up", answered: "note"}
    return [
        Point(
            words[Decision.Verdict(one.verdict)] % {"who": one.by_words, "words": one.reason},
            moment(one.at),
            icons[Decision.Verdict(one.verdict)],
        )
        for one in request.decisions.filter(verdict__in=words).order_by("id")
    ]


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
    if name == "tier":
        return value.title()
    return number(value) if name in NUMBERS else value
