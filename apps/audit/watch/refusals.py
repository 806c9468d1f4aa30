"""Refused attempts in a row: of one person, and of whoever tries to sign in to one account."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.audit.identifiers import digests_of
from apps.audit.models import Entry, EntryIdentifier
from apps.audit.watch.acts import Act, acts_in, details_of
from apps.audit.watch.rules import Counts, Finding, Rule, limit, register
from apps.audit.watch.stretches import Period, Stretch, days_of, in_parts, local_day
from apps.core.formats import number

WRONG_SIGN_INS = ("staff.sign_in_refused", "staff.locked_out")
# Above so many a minute they are counted: `kind` is which of these, `each` how often its accounts were tried at least.
COUNTED = "staff.tries_counted"
# Being asked for a reason is no refusal: it comes before every protected customer.
ASKED = "glass_asked"
# Longer apart they are no row any more.
APART = timedelta(minutes=15)
ACCOUNTS_AT_ONCE = 50
MOST_AT_ONCE = 5_000


def judge(stretch: Stretch) -> Iterator[Finding]:
    """Rows of refusals without anything done between them and no long pause."""
    least = limit("refusals_in_a_row")
    rows = [(row, sum(_times(stretch.facts, act) for act in row)) for row in _rows(stretch.fresh)]
    found = [(row, times) for row, times in rows if least and times >= least]
    if found:
        counts = [times for _row, times in found]
        acts = [act for row, _times_of in found for act in row]
        yield Finding(acts, {"refused": sum(counts), "in_a_row": max(counts), "limit_in_a_row": least})


def _times(facts: Mapping[int, Mapping[str, Any]], act: Act) -> int:
    """How many tries an entry stands for."""
    return int(facts.get(act.id, {}).get("times", 1))


def _rows(acts: Sequence[Act]) -> list[list[Act]]:
    rows: list[list[Act]] = [[]]
    for act in acts:
        if act.does_something:
            rows.append([])
        elif act.outcome == "refused" and not act.action.endswith(ASKED):
            if rows[-1] and act.at - rows[-1][-1].at > APART:
                rows.append([])
            rows[-1].append(act)
    return rows


def accounts_of(batch: Sequence[Act]) -> Iterator[Stretch]:
    """The wrong sign-ins of a day, by the account that was named, whoever tried and whether it exists or not. What was
    counted only is looked at for accounts that exist, and adds to those of the others."""
    days: dict[date, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for act in batch:
        if act.action in (*WRONG_SIGN_INS, COUNTED):
            days[local_day(act.at)][act.action == COUNTED].append(act.id)
    for day, (told, counted) in days.items():
        digests = _named(told) | (_named(counted) & _of_the_house() if counted else set())
        for some in in_parts(sorted(digests), ACCOUNTS_AT_ONCE):
            yield from _accounts(day, some)


def _named(ids: Iterable[int]) -> set[bytes]:
    named = EntryIdentifier.objects.filter(entry_id__in=ids).values_list("digest", flat=True)
    return {bytes(one) for one in named}


def _of_the_house() -> set[bytes]:
    emails = get_user_model()._default_manager.values_list("email", flat=True)
    return {one for email in emails for one in digests_of([("email", email)])}


def _accounts(day: date, digests: Sequence[bytes]) -> Iterator[Stretch]:
    period = Period(day, day)
    tries = period.entries.filter(action__in=(*WRONG_SIGN_INS, COUNTED))
    pairs = EntryIdentifier.objects.filter(entry_id__in=tries.values("id")).order_by("-entry_id")
    named = pairs.values_list("digest", "entry_id")
    found = list(named.filter(digest__in=digests)[:MOST_AT_ONCE])
    if len(found) == MOST_AT_ONCE and len(digests) > 1:
        # Whoever is tried all the time would hide the others.
        for one in digests:
            yield from _accounts(day, [one])
        return
    ids: dict[bytes, set[int]] = defaultdict(set)
    for digest, entry_id in found:
        ids[bytes(digest)].add(entry_id)
    every = set().union(*ids.values())
    acts = {act.id: act for act in period.own(acts_in(Entry.objects.filter(pk__in=every), MOST_AT_ONCE))}
    counted = [one for one, act in acts.items() if act.action == COUNTED]
    facts = {one: {"times": times} for one, times in _counts(counted)}
    for digest, theirs in ids.items():
        whole = tuple(acts[one] for one in sorted(theirs) if one in acts and _times(facts, acts[one]) > 0)
        if whole and sum(_times(facts, act) for act in whole) >= (limit("refusals_in_a_row") or 1):
            yield _account(day, digest, whole, facts)


def _counts(ids: Sequence[int]) -> Iterator[tuple[int, int]]:
    """How often each account of these entries was tried at least; 0 where it was no sign-in."""
    for entry in Entry.objects.filter(pk__in=ids):
        told = details_of(entry)
        each = told.get("each", 1)
        yield entry.pk, each if told.get("kind") in WRONG_SIGN_INS and isinstance(each, int) else 0


def _account(
    day: date, digest: bytes, acts: tuple[Act, ...], facts: Mapping[int, Mapping[str, Any]]
) -> Stretch:
    """With the person whose account it is, where there is one: they may not say themselves what it was."""
    pk, name = next(
        (
            (pk, name)
            for pk, name, email in get_user_model()._default_manager.values_list("pk", "name", "email")
            if digest in digests_of([("email", email)])
        ),
        (None, ""),
    )
    told = next((act.id for act in reversed(acts) if act.action != COUNTED), acts[-1].id)
    masked = str(details_of(Entry.objects.get(pk=told)).get("email", ""))
    key = f"{digest.hex()[:24]}/{day.isoformat()}"
    return Stretch(pk, name or masked, "", key, acts, facts=facts)


def words(name: str, counts: Counts) -> str:
    """The finding as a sentence."""
    told = ngettext(
        "%(name)s was refused %(count)s time in a row.",
        "%(name)s was refused %(count)s times in a row.",
        counts["in_a_row"],
    )
    return told % {"name": name, "count": number(counts["in_a_row"])}


def words_of_account(name: str, counts: Counts) -> str:
    """The finding as a sentence."""
    told = ngettext(
        "%(name)s: %(count)s wrong sign-in in a row.",
        "%(name)s: %(count)s wrong sign-ins in a row.",
        counts["in_a_row"],
    )
    return told % {"name": name, "count": number(counts["in_a_row"])}


register(
    Rule(
        "refusals",
        _("Refused in a row"),
        _(
            "Pages and acts refused to one person again and again, without anything done between and never more "
            "than 15 minutes apart."
        ),
        days_of,
        judge,
        words,
        ("refusals_in_a_row",),
    )
)
register(
    Rule(
        "sign_ins",
        _("Wrong sign-ins"),
        _("Wrong sign-ins of one account again and again, never more than 15 minutes apart, whoever tried."),
        accounts_of,
        judge,
        words_of_account,
        ("refusals_in_a_row",),
    )
)
