"""Finds a customer by whatever a person typed, in as few rounds of calls as it takes."""

from collections.abc import Callable, Sequence

from django.conf import settings

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.capillary.client import Client
from apps.capillary.errors import CapillaryError
from apps.customers.asking import Question, Round, ask, everywhere, questions
from apps.customers.outcomes import Failed, Found, NotFound, Outcome, Several, Tried
from apps.customers.places import Place, all_places, chosen
from apps.customers.recognise import Candidate, recognise
from apps.staff.connection import client_for

EVERYWHERE = "ALL"
# So many calls at most for one press of the button, in all rounds: the limiter is shared by everybody.
MOST_CALLS = 60


def find_customer(
    *, actor: Actor, typed: str, kind: str = "", source: str = "", account: str = "", way: str = "search"
) -> Outcome:
    """Look for the customer a person means.

    kind     a code of KINDS, or empty to work it out
    source   a source, EVERYWHERE, or empty for the default one followed by a search over all
    account  an account of that source, or empty for each of them
    way      search or screen-pop, for the trail
    Raises:  BadInput for text that cannot be used; CapillaryError when nothing at all answered;
             TraceUnavailable when the trail cannot be written: then nothing is told
    """
    candidates = recognise(typed, region=settings.CONSOLE_DEFAULT_REGION, kind=kind)
    rounds = _rounds(candidates, source, account)
    left = _left(candidates, source, account)
    try:
        outcome = _search(client_for(actor), candidates, rounds, left)
    except CapillaryError:
        # Who looked for whom is told whatever came of it.
        _trace(actor, candidates, None, way, source, account)
        raise
    _trace(actor, candidates, outcome, way, source, account)
    return outcome


def _rounds(candidates: Sequence[Candidate], source: str, account: str) -> list[Callable[[], list[Question]]]:
    """What to ask, one round after the other, until somebody is found."""
    likely = [one for one in candidates if one.likely]
    rest = [one for one in candidates if not one.likely]
    if account or (source and source != EVERYWHERE):
        places = chosen("" if source == EVERYWHERE else source, account)
        if any(one.kind.lookup_name for one in candidates):
            # Names and internal ids belong to no source, so a chosen one leaves them out.
            likely = [one for one in likely if one.kind.lookup_name]
            rest = [one for one in rest if one.kind.lookup_name]
        return [lambda: questions(likely, places), lambda: questions(rest, places)]
    searchable = [one for one in candidates if one.kind.code != "id"]
    rounds = [lambda: questions(likely), lambda: [*questions(rest), *everywhere(searchable)]]
    if source == EVERYWHERE:
        wide = [one for one in candidates if one.kind.lookup_name]
        rounds.append(lambda: questions(wide, _others(candidates)))
    return rounds


def _search(
    client: Client,
    candidates: tuple[Candidate, ...],
    rounds: Sequence[Callable[[], list[Question]]],
    left: tuple[Place, ...],
) -> Outcome:
    tried: list[Tried] = []
    failed: list[Failed] = []
    unasked: list[Place] = []
    left_calls = MOST_CALLS
    for build in rounds:
        wanted = build()
        asked = wanted[:left_calls]
        unasked += [one.place for one in wanted[left_calls:] if one.place]
        if not asked:
            continue
        left_calls -= len(asked)
        found = ask(client, asked)
        tried += found.tried
        failed += found.failed
        if found.matches:
            return _matched(found, failed)
    if failed and len(failed) >= MOST_CALLS - left_calls:
        raise failed[0].error
    return NotFound(
        candidates,
        tuple(dict.fromkeys(tried)),
        tuple(failed),
        left,
        tuple(dict.fromkeys(unasked)),
    )


def _matched(found: Round, failed: list[Failed]) -> Outcome:
    """A start that fits opens nobody while the one who has it whole may be where no answer came from."""
    exact = [match for match in found.matches if match.found_as is not None]
    matches = exact or found.matches
    if len(matches) == 1 and (exact or (found.total <= 1 and not failed)):
        return Found(matches[0])
    return Several(tuple(matches), len(exact) or found.total, tuple(failed))


def _others(candidates: Sequence[Candidate]) -> tuple[Place, ...]:
    """The places that are nobody's home, so were not asked in the first rounds."""
    homes = {place for place in all_places() if place.source == settings.CAPILLARY["default_source"]}
    return tuple(place for place in all_places() if place not in homes)


def _left(candidates: Sequence[Candidate], source: str, account: str) -> tuple[Place, ...]:
    """Where nobody looked yet, to be offered."""
    if source == EVERYWHERE and not account:
        return ()
    if not any(one.kind.lookup_name and not one.kind.own_source for one in candidates):
        return ()
    asked = (
        set(chosen(source, account)) if source or account else set(all_places()) - set(_others(candidates))
    )
    return tuple(place for place in all_places() if place not in asked)


def _trace(
    actor: Actor,
    candidates: Sequence[Candidate],
    outcome: Outcome | None,
    way: str,
    source: str,
    account: str,
) -> None:
    """One entry of the look-up; without an outcome nothing at all answered."""
    first = candidates[0]
    found = outcome.match if isinstance(outcome, Found) else None
    told = found or (outcome.matches[0] if isinstance(outcome, Several) else None)
    shown = told.found_as if told and told.found_as else first
    details = {
        "kind": shown.kind.code,
        "value": shown.masked,
        "result": type(outcome).__name__.lower() if outcome else "no answer",
        "source": source or "default",
        "account": account,
        "way": way,
        "matches": len(outcome.matches) if isinstance(outcome, Several) else int(found is not None),
    }
    exact = isinstance(outcome, Several) and outcome.matches[0].found_as is not None
    unsure = outcome is None or (not isinstance(outcome, Found) and outcome.failed and not exact)
    record(
        "customer.looked_up",
        actor=actor,
        outcome="unknown" if unsure else "not_done" if isinstance(outcome, NotFound) else "done",
        customer=str(found.customer_id) if found else "",
        subject=f"{shown.kind.label} {shown.masked}",
        details=details,
        identifiers=[(shown.kind.masks_as, value) for value in shown.values],
    )
