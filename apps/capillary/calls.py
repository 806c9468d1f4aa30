"""A call as a value: what will be asked, how its answer is read, and what it may touch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from apps.capillary.recording import Outcome
from apps.core.errors import ConsoleError

Dialect = Literal["v11", "v2", "v3"]
Json = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many calls of one kind the outside allows in an hour; calls of the same name count together."""

    name: str
    per_hour: int


def _done(_value: object) -> Outcome:
    return "done"


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One request to one endpoint, ready for `Client.send`.

    `path` may hold internal ids and nothing that names a person: identifiers go into `params` or `body`.
    `parse` gets the decoded body without its envelope. `entity` says in which code table numbers are read.
    `identifiers` are the (kind, full value) pairs the call is about; the recorder only hashes them.
    With `own_verdict` the answer may rightly lack a status, so `parse` judges it (envelopes.require_yes).
    `secrets` are values in the body that nothing may keep: neither trail nor error nor `repr`.
    `names` are those of people in the body: they are taken out of the texts of the answer.
    `allowance` is what the outside allows of this call in an hour, where it is known to be less than of others.
    `outcome_of` says what an answer that was understood means for the trail, where it can be a no in part.
    With `about_many` the answer lists people the call was not about: it enters the history of none of them.
    """

    name: str
    method: str
    path: str
    parse: Callable[[Json], T]
    dialect: Dialect
    entity: str = "customer"
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Json | None = field(default=None, repr=False)
    write: bool = False
    customer_id: str = ""
    identifiers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    own_verdict: bool = False
    about_many: bool = False
    secrets: tuple[str, ...] = field(default=(), repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)
    allowance: Allowance | None = None
    outcome_of: Callable[[T], Outcome] = _done


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What became of one call of `Client.send_all`.

    `error` is one of apps.capillary.errors, or the trail's own when a retry could not be recorded.
    Exactly one of `value`, `error` and `pending` speaks, except that a call may rightly answer None.
    `latency_ms` runs from the start of the call until its answer (or until the waiting ended); `at` is the
    moment of the answer in UTC.
    """

    value: T | None
    error: ConsoleError | None
    pending: bool
    latency_ms: int
    at: datetime
