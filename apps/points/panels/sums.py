"""The sums of a statement, programme by programme, and what the outside says they should come to."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from apps.capillary.types_ledger import LedgerBalance
from apps.points.panels.event_words import is_expiry
from apps.points.panels.lines import MAIN, NOUGHT, Movement


@dataclass(frozen=True, slots=True)
class Sums:
    """One programme: what it began with, what came and went, what it ends with, and what the outside says.

    opening  as told, or worked out from `told` when only that is known; None when neither is
    closing  opening and all that moved;  told  the outside's own balance at the end
    checked  both ends were told, so that the sum proves something
    """

    programme_id: str
    name: str
    opening: Decimal | None
    credits: Decimal
    debits: Decimal
    expired: Decimal
    promised: Decimal
    closing: Decimal | None
    told: Decimal | None
    checked: bool

    @property
    def differs_by(self) -> Decimal:
        """What the outside tells more than the statement comes to (below 0: less); 0 when it was not checked."""
        if not self.checked or self.told is None or self.closing is None:
            return NOUGHT
        return self.told - self.closing


def sums_of(
    programme_id: str,
    name: str,
    movements: Iterable[Movement],
    opening: LedgerBalance | None,
    closing: LedgerBalance | None,
) -> Sums:
    """The sums of one programme; a balance that was not told is worked out from the other where there is one."""
    own = [move for move in movements if move.programme_id == programme_id]
    expired = sum((move.minus for move in own if is_expiry(move.entry.event)), NOUGHT)
    credits = sum((move.plus for move in own), NOUGHT)
    debits = sum((move.minus for move in own), NOUGHT) - expired
    net = credits - debits - expired
    before, told = balance_in(opening, programme_id), balance_in(closing, programme_id)
    first = before if before is not None else None if told is None else told - net
    return Sums(
        programme_id=programme_id,
        name=name,
        opening=first,
        credits=credits,
        debits=debits,
        expired=expired,
        promised=sum((move.promised for move in own), NOUGHT),
        closing=None if first is None else first + net,
        told=told,
        checked=before is not None and told is not None,
    )


def balance_in(told: LedgerBalance | None, programme_id: str) -> Decimal | None:
    """What the outside tells of this programme; None when it is silent on it, which is not nought."""
    if told is None or all((row.program_id, row.category) != (programme_id, MAIN) for row in told.balances):
        return None
    return told.points(program_id=programme_id, category=MAIN)
