"""What a look-up can come to: one customer, several, or none with what was tried."""

from dataclasses import dataclass

from apps.core.errors import ConsoleError
from apps.customers.places import Place
from apps.customers.recognise import Candidate


@dataclass(frozen=True, slots=True)
class Tried:
    """One kind of identifier asked for in one place; the value is masked. No place means all sources at once."""

    candidate: Candidate
    place: Place | None


@dataclass(frozen=True, slots=True)
class Failed:
    """A place that did not answer, so that nobody can say the customer is not there."""

    place: Place | None
    error: ConsoleError


@dataclass(frozen=True, slots=True)
class Match:
    """One customer an identifier led to. `found_as` is the candidate, None when a name or a start matched.

    merged tells that the identifier belonged to an account that was merged into this customer.
    """

    customer_id: int
    found_as: Candidate | None = None
    place: Place | None = None
    value: str = ""
    merged: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Exactly one customer."""

    match: Match


@dataclass(frozen=True, slots=True)
class Several:
    """More than one; `total` is what the API says there are."""

    matches: tuple[Match, ...]
    total: int
    failed: tuple[Failed, ...] = ()


@dataclass(frozen=True, slots=True)
class NotFound:
    """None. `wider` are places left to be offered, `unasked` those that would have been too many calls."""

    candidates: tuple[Candidate, ...]
    tried: tuple[Tried, ...]
    failed: tuple[Failed, ...] = ()
    wider: tuple[Place, ...] = ()
    unasked: tuple[Place, ...] = ()


Outcome = Found | Several | NotFound
