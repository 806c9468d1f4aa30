"""Goodwill that one person asks for or approves for the same few customers, or always for the same reason."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.audit.models import Entry
from apps.audit.watch.acts import BY_HAND, Act, details_of
from apps.audit.watch.rules import Counts, Finding, Rule, limit, register
from apps.audit.watch.stretches import (
    PEOPLE_AT_ONCE,
    Period,
    Stretch,
    in_parts,
    local_day,
    of_each,
    stretch_of,
)
from apps.core.formats import number

ACTIONS = {"goodwill.request.asked": "asked", "goodwill.request.approved": "approved"}
FEW = 3
MOST_AT_ONCE = 5_000


def weeks_of(batch: Sequence[Act]) -> Iterator[Stretch]:
    """What these people asked for and approved from Monday to Sunday: a day is too short to see a habit."""
    people: dict[date, set[int]] = defaultdict(set)
    for act in batch:
        if act.action in ACTIONS and act.actor_id is not None and act.channel in BY_HAND:
            day = local_day(act.at)
            people[day - timedelta(days=day.weekday())].add(act.actor_id)
    for monday in sorted(people):
        period = Period(monday, monday + timedelta(days=6))
        for some in in_parts(sorted(people[monday]), PEOPLE_AT_ONCE):
            found = period.entries.filter(action__in=ACTIONS, channel__in=BY_HAND, outcome="done")
            for person, theirs in of_each(period, found, some, MOST_AT_ONCE).items():
                yield _week(person, theirs, monday)


def _week(person: int, acts: Sequence[Act], monday: date) -> Stretch:
    """With the reason of each request, where there are enough to be judged at all."""
    facts: dict[int, dict[str, Any]] = {}
    least = limit("goodwill_least")
    if least and len(acts) >= least:
        for entry in Entry.objects.filter(pk__in=[act.id for act in acts]).only("payload"):
            facts[entry.pk] = {"reason_id": details_of(entry).get("reason_id")}
    return stretch_of(person, acts, f"{person}/{monday.isoformat()}", facts)


def judge(stretch: Stretch) -> Iterator[Finding]:
    """Each request once; asked and approved are judged apart, customers and reasons too."""
    for action, what in ACTIONS.items():
        once = {act.subject: act for act in reversed(stretch.fresh) if act.action == action}
        acts = list(once.values())[::-1]
        least = limit("goodwill_least")
        if not least or len(acts) < least:
            continue
        yield from _few_customers(acts, what)
        yield from _one_reason(acts, what, stretch)


def _few_customers(acts: Sequence[Act], what: str) -> Iterator[Finding]:
    share = limit("goodwill_customers_share")
    counted = Counter(act.customer for act in acts if act.customer)
    # A customer who got one is not a favourite.
    few = {customer for customer, count in counted.most_common(FEW) if count > 1}
    theirs = [act for act in acts if act.customer in few]
    if share and len(theirs) * 100 >= share * len(acts):
        yield Finding(theirs, _counts(theirs, acts, what, share, customers=len(few)), f"{what}-customers")


def _one_reason(acts: Sequence[Act], what: str, stretch: Stretch) -> Iterator[Finding]:
    share = limit("goodwill_reason_share")
    reasons: dict[int, Hashable] = {act.id: stretch.facts.get(act.id, {}).get("reason_id") for act in acts}
    counted = Counter(reason for reason in reasons.values() if reason is not None)
    if not share or not counted:
        return
    [(reason, count)] = counted.most_common(1)
    if count * 100 >= share * len(acts):
        theirs = [act for act in acts if reasons[act.id] == reason]
        yield Finding(theirs, _counts(theirs, acts, what, share, reasons=1), f"{what}-reason")


def _counts(theirs: Sequence[Act], acts: Sequence[Act], what: str, share: int, **more: int) -> dict[str, Any]:
    return {"what": what, "same": len(theirs), "all": len(acts), "limit_percent": share, **more}


def words(name: str, counts: Counts) -> str:
    """The finding as a sentence."""
    asked = counts["what"] == "asked"
    if "customers" in counts:
        told = (
            _now(
                "%(name)s asked for goodwill %(all)s times in a week, %(same)s for the same %(few)s customers."
            )
            if asked
            else _now(
                "%(name)s approved goodwill %(all)s times in a week, %(same)s for the same %(few)s customers."
            )
        )
        if counts["customers"] == 1:
            told = (
                _now("%(name)s asked for goodwill %(all)s times in a week, %(same)s for one customer.")
                if asked
                else _now("%(name)s approved goodwill %(all)s times in a week, %(same)s for one customer.")
            )
    else:
        told = (
            _now("%(name)s asked for goodwill %(all)s times in a week, %(same)s for the same reason.")
            if asked
            else _now("%(name)s approved goodwill %(all)s times in a week, %(same)s for the same reason.")
        )
    values = {"all": number(counts["all"]), "same": number(counts["same"]), "few": counts.get("customers", 0)}
    return told % {"name": name, **values}


register(
    Rule(
        "goodwill",
        _("Goodwill for the same"),
        _(
            "Goodwill that one person asks for or approves in a week, much of it for at most three customers "
            "or nearly all of it for one reason."
        ),
        weeks_of,
        judge,
        words,
        ("goodwill_least",),
    )
)
