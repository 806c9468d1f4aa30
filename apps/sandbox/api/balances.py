"""Every balance, summed from the ledger; nothing about points is stored anywhere else."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from apps.sandbox.catalogue import PROGRAMME_BY_ID, Programme
from apps.sandbox.models import Customer, Enrolment, LedgerEntry

Kind = LedgerEntry.Kind
ZERO = Decimal(0)


@dataclass(frozen=True)
class Balance:
    """Points of one customer in one programme; all figures positive but adjusted, which may be either."""

    programme: Programme
    enrolment: Enrolment
    lifetime: Decimal
    redeemed: Decimal
    returned: Decimal
    expired: Decimal
    adjusted: Decimal
    promised: Decimal

    @property
    def available(self) -> Decimal:
        """What can be spent now."""
        return self.lifetime - self.redeemed - self.returned - self.expired + self.adjusted

    @property
    def tier(self) -> str:
        """Name of the tier held."""
        return self.programme.tiers[self.enrolment.slab_number - 1]

    @property
    def next_tier(self) -> str:
        """Name of the tier above, empty at the top."""
        tiers = self.programme.tiers
        return tiers[self.enrolment.slab_number] if self.enrolment.slab_number < len(tiers) else ""

    @property
    def next_tier_number(self) -> int:
        """Number of the tier above, -1 at the top."""
        return self.enrolment.slab_number + 1 if self.next_tier else -1


@dataclass(frozen=True)
class Expiring:
    """Points of one programme that end on one day."""

    programme_id: int
    on: date
    points: Decimal
    kind: str


def balances_of(customer: Customer) -> list[Balance]:
    """One balance per programme the customer is enrolled in, by programme id."""
    sums: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    rows = (
        LedgerEntry.objects.filter(customer=customer)
        .values("programme_id", "kind")
        .annotate(sum=Sum("points"))
    )
    for row in rows:
        sums[row["programme_id"]][row["kind"]] = row["sum"]
    enrolments = customer.enrolments.order_by("programme_id")
    return [_balance(enrolment, sums[enrolment.programme_id]) for enrolment in enrolments]


def expiring_of(customer: Customer) -> list[Expiring]:
    """What is left of each credit by its last day: debits eat the earliest ending credits first."""
    result: list[Expiring] = []
    entries: dict[int, list[LedgerEntry]] = defaultdict(list)
    for entry in LedgerEntry.objects.filter(customer=customer).exclude(kind=Kind.PROMISED):
        entries[entry.programme_id].append(entry)
    for programme_id in sorted(entries):
        result.extend(_remaining(programme_id, entries[programme_id]))
    return sorted(result, key=lambda lot: (lot.on, lot.programme_id))


def _remaining(programme_id: int, entries: list[LedgerEntry]) -> list[Expiring]:
    credits = [entry for entry in entries if entry.expires_on is not None]
    spent = -sum((entry.points for entry in entries if entry.expires_on is None), ZERO)
    lots: dict[tuple[date, str], Decimal] = defaultdict(Decimal)
    for credit in sorted(credits, key=lambda entry: (entry.expires_on or date.max, entry.id)):
        used = min(credit.points, spent)
        spent -= used
        if credit.points > used and credit.expires_on is not None:
            kind = "bill_regular" if credit.kind == Kind.EARNED else "customer_promotional"
            lots[credit.expires_on, kind] += credit.points - used
    return [Expiring(programme_id, on, points, kind) for (on, kind), points in lots.items()]


def _balance(enrolment: Enrolment, sums: dict[str, Decimal]) -> Balance:
    return Balance(
        programme=PROGRAMME_BY_ID[enrolment.programme_id],
        enrolment=enrolment,
        lifetime=sums[Kind.EARNED] + sums[Kind.GOODWILL],
        redeemed=-(sums[Kind.REDEEMED] + sums[Kind.REVERSED]),
        returned=-sums[Kind.RETURNED],
        expired=-sums[Kind.EXPIRED],
        adjusted=sums[Kind.ADJUSTED],
        promised=sums[Kind.PROMISED],
    )
