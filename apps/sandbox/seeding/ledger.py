"""One customer's points in one programme, grown in order of time so that no balance was ever below zero."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from apps.sandbox.api.dates import INDIA, day_end
from apps.sandbox.catalogue import POINTS_DAYS
from apps.sandbox.models import Customer, LedgerEntry
from apps.sandbox.seeding.batch import Batch

Kind = LedgerEntry.Kind


class LedgerBuilder:
    """Adds entries; credits end POINTS_DAYS later and what is left of them then expires.

    store_code  where the customer is at home: of entries that belong to no bill and no redemption
    """

    def __init__(self, batch: Batch, customer: Customer, programme_id: int, store_code: str) -> None:
        self._batch = batch
        self._fixed: dict[str, Any] = {"customer": customer, "programme_id": programme_id}
        self._home = store_code
        self._credits: dict[date, Decimal] = {}
        self._debits = Decimal(0)

    @property
    def available(self) -> Decimal:
        """What could be spent now."""
        return sum(self._credits.values(), Decimal(0)) - self._debits

    def credit(self, kind: str, points: Decimal, at: datetime, **more: Any) -> None:
        """Add points that end POINTS_DAYS later, unless expires_on says when."""
        on = more.pop("expires_on", None) or at.astimezone(INDIA).date() + timedelta(days=POINTS_DAYS)
        self._credits[on] = self._credits.get(on, Decimal(0)) + points
        self._add(kind, points, at, expires_on=on, **more)

    def debit(self, kind: str, points: Decimal, at: datetime, **more: Any) -> None:
        """Take points away; a reversal is a debit of less than nothing."""
        self._debits += points
        self._add(kind, -points, at, **more)

    def promise(self, points: Decimal, at: datetime, **more: Any) -> None:
        """Points that will become available later."""
        self._add(Kind.PROMISED, points, at, **more)

    def may_return(self, points: Decimal, at: datetime) -> bool:
        """Whether giving points back at that time would not revive some that had to expire."""
        on = at.astimezone(INDIA).date()
        ended = sum((points for end, points in self._credits.items() if end <= on), Decimal(0))
        return self._debits - points >= ended

    def expire_until(self, moment: datetime) -> None:
        """Expire, day by day, what had to end before this moment."""
        limit = moment.astimezone(INDIA).date()
        for on in sorted(end for end in self._credits if end < limit):
            ended = sum((points for end, points in self._credits.items() if end <= on), Decimal(0))
            if ended > self._debits:
                self.debit(Kind.EXPIRED, ended - self._debits, day_end(on))

    def _add(self, kind: str, points: Decimal, at: datetime, **more: Any) -> None:
        of = more.get("redemption") or more.get("transaction")
        store = of.store_code if of is not None else self._home
        self._batch.add(LedgerEntry, kind=kind, points=points, at=at, store_code=store, **self._fixed, **more)
