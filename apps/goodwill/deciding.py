"""Deciding on a request: the evidence, and approve, reject, send back."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from apps.audit.actor import Actor
from apps.core.errors import ConsoleError
from apps.goodwill.budgets import BudgetLeft
from apps.goodwill.duplicates import Duplicate
from apps.goodwill.facts import Change, Facts
from apps.goodwill.limits import Left
from apps.goodwill.models import Decision, GoodwillRequest
from apps.staff.models import User


@dataclass(frozen=True)
class Evidence:
    """What a person looks at before deciding.

    facts        true now, read from the outside this moment;  asked  true when it was asked (None: elsewhere)
    changes      what changed since it was asked
    fingerprint  give it back as `seen`: an approval holds only for exactly what was seen
    refusal      why this person may not decide, "" when they may;  most  the largest amount they may approve
    first        the first of two approvals, when one was given;  approvals_needed  2 above the threshold
    unread       names of parts that could not be read; then fingerprint is "" and nothing can be approved
    """

    request: GoodwillRequest
    facts: Facts
    asked: Facts | None
    changes: list[Change]
    fingerprint: str
    limit: Left
    budget: BudgetLeft | None
    refusal: str
    most: Decimal | None
    approvals_needed: int
    first: Decision | None = None
    duplicates: list[Duplicate] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    @property
    def before(self) -> Decimal | None:
        """The balance now."""
        return self.facts.available

    @property
    def after(self) -> Decimal | None:
        """The balance if it is approved as asked."""
        raise NotImplementedError


@dataclass(frozen=True)
class Chosen:
    """One of several to approve: seen is the fingerprint its evidence had, "" when it was not opened."""

    request: GoodwillRequest
    amount: Decimal | None = None
    seen: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one of several; error is None when it went through or is not known yet."""

    request: GoodwillRequest
    error: ConsoleError | None


def open_evidence(*, actor: Actor, user: User, request: GoodwillRequest) -> Evidence:
    """Read everything again. A change of status made elsewhere is taken over on the way.

    Raises: TraceUnavailable; what cannot be read is named in `unread`
    """
    raise NotImplementedError


def approve(
    *,
    actor: Actor,
    user: User,
    request: GoodwillRequest,
    seen: str,
    amount: Decimal | None = None,
    reason: str = "",
) -> GoodwillRequest:
    """Approve, in full or a smaller amount; above the second threshold the first of two approvals.

    seen    fingerprint of the evidence; "" when the person saw no more than the request itself: then nothing
            may have changed since it was asked
    Shape:  the request as it stands: approved, waiting for a second person, or deciding with an open act
    Raises: Refused (own request, own data, no authority); BadInput (amount); Conflict when it was decided
            meanwhile (here or elsewhere), something changed since (open the evidence again), or the budget
            does not hold it; CapillaryError when the facts cannot be read
    """
    raise NotImplementedError


def reject(*, actor: Actor, user: User, request: GoodwillRequest, reason: str) -> GoodwillRequest:
    """Reject with a reason. Raises as approve does, BadInput without a reason."""
    raise NotImplementedError


def send_back(*, actor: Actor, user: User, request: GoodwillRequest, reason: str) -> GoodwillRequest:
    """Send back to the requester with a question; nothing goes outside. Not for requests made elsewhere."""
    raise NotImplementedError


def approve_many(*, actor: Actor, user: User, chosen: Iterable[Chosen], reason: str = "") -> list[Outcome]:
    """Approve several, each its own act with its own result; one that fails stops nobody else."""
    raise NotImplementedError
