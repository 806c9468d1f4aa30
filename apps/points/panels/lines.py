"""The ledger as lines of a statement: one per event and programme, each with the balance after it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from apps.capillary.types_ledger import ClosingBalance, LedgerBalance, LedgerEntry, LedgerPart
from apps.points.panels.event_words import event_words, is_expiry

MAIN = "Main"
NOUGHT = Decimal(0)
KINDS = ("credits", "debits", "expiries")


@dataclass(frozen=True, slots=True)
class Line:
    """One event in one programme. credit, debit and expired are amounts above 0, None where there is none.

    promised  points that came to (or left) those not usable yet; they are in no balance
    balance   of the programme after it, None when no balance is known
    """

    at: datetime | None
    words: str
    icon: str
    bill: str
    store: str
    till: str
    programme_id: str
    programme: str
    credit: Decimal | None
    debit: Decimal | None
    expired: Decimal | None
    promised: Decimal | None
    balance: Decimal | None

    def is_of(self, kind: str) -> bool:
        """Whether it is one of the credits, debits or expiries."""
        amounts = dict(zip(KINDS, (self.credit, self.debit, self.expired), strict=True))
        return amounts.get(kind) is not None


@dataclass(frozen=True, slots=True)
class Movement:
    """What one event did in one programme."""

    entry: LedgerEntry
    programme_id: str
    plus: Decimal
    minus: Decimal
    promised: Decimal


def movements_of(entries: Iterable[LedgerEntry]) -> list[Movement]:
    """Oldest first; an event in several programmes is several movements."""
    found: list[Movement] = []
    last: datetime | None = None
    dated: list[tuple[datetime | None, LedgerEntry]] = []
    for entry in entries:
        last = entry.at or last
        dated.append((last, entry))
    # The order of the outside counts where times are equal or not told.
    dated.sort(key=lambda one: one[0].timestamp() if one[0] else 0)
    for _at, entry in dated:
        found += _movements(entry)
    return found


def names_of(entries: Iterable[LedgerEntry], *balances: LedgerBalance | None) -> dict[str, str]:
    """Every programme there is, by id, in the order of the balances."""
    names: dict[str, str] = {}
    told = (row for balance in balances if balance for row in balance.balances)
    parts = (part for entry in entries for part in entry.parts)
    every: list[ClosingBalance | LedgerPart] = [*told, *parts]
    for one in every:
        if one.category == MAIN or one.program_id not in names:
            names[one.program_id] = names.get(one.program_id) or one.program_name
    return names


def lines_of(
    movements: Iterable[Movement], opening: Mapping[str, Decimal | None], names: Mapping[str, str]
) -> list[Line]:
    """Oldest first, with the running balance of each programme. names: of the programmes, by id."""
    balance = dict(opening)
    lines = []
    for move in movements:
        before = balance.get(move.programme_id)
        after = None if before is None else before + move.plus - move.minus
        balance[move.programme_id] = after
        lines.append(_line(move, names.get(move.programme_id, ""), after))
    return lines


def _movements(entry: LedgerEntry) -> list[Movement]:
    if not entry.parts:
        net = entry.points or NOUGHT
        return [Movement(entry, entry.program_id, max(net, NOUGHT), max(-net, NOUGHT), NOUGHT)]
    programmes = dict.fromkeys(part.program_id for part in entry.parts)
    found = [_in_programme(entry, programme_id) for programme_id in programmes]
    whole = len(found) == 1 and all(part.category == MAIN for part in entry.parts)
    return [_exact(found[0])] if whole else found


def _in_programme(entry: LedgerEntry, programme_id: str) -> Movement:
    own = [part for part in entry.parts if part.program_id == programme_id]
    main = [part.points for part in own if part.category == MAIN]
    return Movement(
        entry,
        programme_id,
        plus=sum((points for points in main if points > 0), NOUGHT),
        minus=-sum((points for points in main if points < 0), NOUGHT),
        promised=sum((part.points for part in own if part.category != MAIN), NOUGHT),
    )


def _exact(move: Movement) -> Movement:
    """The sample tells 300.00 and 137 beside 437.080: where parts are rounded, the net of the event is not."""
    net = move.entry.points
    if net is None or net == move.plus - move.minus:
        return move
    missing = net - (move.plus - move.minus)
    if net > 0:
        return Movement(move.entry, move.programme_id, move.plus + missing, move.minus, move.promised)
    return Movement(move.entry, move.programme_id, move.plus, move.minus - missing, move.promised)


def _line(move: Movement, programme: str, after: Decimal | None) -> Line:
    entry = move.entry
    words, icon = event_words(entry.event)
    expiry = is_expiry(entry.event)
    return Line(
        at=entry.at,
        words=words,
        icon=icon,
        bill=entry.transaction_number or entry.transaction_id,
        store=entry.store_name or entry.store_code,
        till=entry.till_code,
        programme_id=move.programme_id,
        programme=programme,
        credit=move.plus or None,
        debit=None if expiry else move.minus or None,
        expired=(move.minus or None) if expiry else None,
        promised=move.promised or None,
        balance=after,
    )
