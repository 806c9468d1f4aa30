"""Asks the outside for a set of candidates at once and reads what came back."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from apps.capillary.calls import Answer, Call
from apps.capillary.client import Client
from apps.capillary.errors import CustomerMerged, CustomerNotFound, Rejected
from apps.capillary.resources import customers
from apps.capillary.types_customer import SearchHit, SearchPage
from apps.core.errors import ConsoleError
from apps.customers.kinds import kind_of
from apps.customers.outcomes import Failed, Match, Tried
from apps.customers.places import Place, home_of
from apps.customers.recognise import Candidate
from apps.customers.typed import folded, letters_in, same

MOST_MATCHES = 10
# Of these only the ones that have all words of the name are kept.
MOST_READ = 50


@dataclass(frozen=True, slots=True)
class Question:
    """One call, for one value of one candidate, in one place (None: all sources at once).

    alone  it can be nothing else, so what only begins so has to be of this kind
    """

    candidate: Candidate
    value: str
    place: Place | None
    call: Call[Any]
    alone: bool = False


@dataclass(slots=True)
class Round:
    """What a set of questions brought."""

    matches: list[Match]
    tried: list[Tried]
    failed: list[Failed]
    total: int = 0


def questions(candidates: Iterable[Candidate], places: Sequence[Place] | None = None) -> list[Question]:
    """The calls for these candidates in these places, by default each in its home; likeliest first."""
    return [
        Question(candidate, value, place, call)
        for candidate in candidates
        for place in _places_for(candidate, places)
        for value in candidate.values
        if (call := _call(candidate, value, place)) is not None
    ]


def everywhere(candidates: Sequence[Candidate]) -> list[Question]:
    """A search over all sources at once for the likeliest values: it also knows starts of identifiers."""
    alone = len({candidate.kind.code for candidate in candidates}) == 1
    values: dict[str, Candidate] = {}
    for candidate in candidates:
        for value in candidate.values[:2]:
            values.setdefault(value, candidate)
    return [
        Question(candidate, value, None, customers.search(query=value, limit=MOST_MATCHES), alone)
        for value, candidate in list(values.items())[:2]
    ]


def ask(client: Client, asked: Sequence[Question]) -> Round:
    """Send all at once. A failure is kept beside what others answered."""
    answers = client.send_all({str(number): question.call for number, question in enumerate(asked)})
    found = Round([], [], [])
    for number, question in enumerate(asked):
        found.tried.append(Tried(question.candidate, question.place))
        _read(question, answers[str(number)], found)
    found.matches = list(_one_per_customer(found.matches))
    found.tried = list(dict.fromkeys(found.tried))
    found.total = max(found.total, len(found.matches))
    return found


def _places_for(candidate: Candidate, places: Sequence[Place] | None) -> tuple[Place | None, ...]:
    if not candidate.kind.lookup_name:
        return (None,)
    if places is None:
        return home_of(candidate.kind)
    return tuple(place for place in places if candidate.kind.own_source in {"", place.source})


def _call(candidate: Candidate, value: str, place: Place | None) -> Call[Any] | None:
    if candidate.kind.code == "id":
        return customers.get(customer_id=int(value), embed=())
    if place is None:
        several_words = len(candidate.values) > 1
        return customers.search(query=value, limit=MOST_READ if several_words else MOST_MATCHES)
    return customers.lookup(
        source=place.source,
        account_id=place.account,
        identifier_name=candidate.kind.lookup_name,
        identifier_value=value,
    )


def _read(question: Question, answer: Answer[Any], found: Round) -> None:
    if answer.error is not None:
        _read_error(question, answer.error, found)
    elif isinstance(answer.value, SearchPage):
        hits = [match for hit in answer.value.hits if (match := _from_hit(question, hit))]
        found.matches += hits
        if question.candidate.kind.code == "name" and len(question.candidate.values) == 1:
            found.total = max(found.total, answer.value.window.total or 0)
    elif answer.value is not None:
        customer_id = answer.value if isinstance(answer.value, int) else answer.value.id
        found.matches.append(Match(customer_id, question.candidate, question.place, question.value))


def _read_error(question: Question, error: ConsoleError, found: Round) -> None:
    if isinstance(error, CustomerMerged) and error.survivor_id:
        found.matches.append(
            Match(error.survivor_id, question.candidate, question.place, question.value, merged=True)
        )
    elif isinstance(error, CustomerMerged) and question.candidate.kind.code == "id":
        # The page of the merged account says what is known of it.
        found.matches.append(Match(int(question.value), question.candidate))
    elif not isinstance(error, (CustomerNotFound, CustomerMerged)) and not _not_an_identifier(error):
        found.failed.append(Failed(question.place, error))


def _not_an_identifier(error: ConsoleError) -> bool:
    """8013: this place does not know such a kind of identifier, so nobody there has it."""
    return isinstance(error, Rejected) and error.code == "8013"


def _from_hit(question: Question, hit: SearchHit) -> Match | None:
    """A name matches by the starts of its words; a number only whole; a code whole or by its start.

    What was looked for as an identifier is found as the kind the answer names, and never by a name.
    """
    candidate = question.candidate
    if candidate.kind.code == "name":
        return Match(hit.customer_id) if _has_words(hit, candidate.values[0]) else None
    named = [(kind_of(matched.type) or candidate.kind, matched) for matched in hit.matched]
    codes = [(kind, matched) for kind, matched in named if kind.code != "name"]
    for kind, matched in codes:
        if any(same(matched.value, value) for value in candidate.values):
            place = Place(matched.source, matched.account_id) if matched.source else None
            found_as = candidate if kind == candidate.kind else Candidate(kind, (matched.value,))
            return Match(hit.customer_id, found_as, place, matched.value)
    begins = [kind for kind, _ in codes if not question.alone or kind == candidate.kind]
    return Match(hit.customer_id) if letters_in(question.value) and (begins or not named) else None


def _has_words(hit: SearchHit, typed: str) -> bool:
    """Whether every word typed starts a part of a name; a single word has matched something already."""
    words = folded(typed).split()
    parts = [part for profile in hit.profiles for part in folded(profile.name).split()]
    return len(words) < 2 or all(any(part.startswith(word) for part in parts) for word in words)


def _one_per_customer(matches: Iterable[Match]) -> Iterator[Match]:
    """Each customer once, exact matches first."""
    seen: set[int] = set()
    for match in sorted(matches, key=lambda one: one.found_as is None):
        if match.customer_id not in seen:
            seen.add(match.customer_id)
            yield match
