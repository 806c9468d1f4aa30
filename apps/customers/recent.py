"""Recent customers of a person: remembered when opened, listed for a day, then gone."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from apps.customers.glass import forget_opened
from apps.customers.models import KEPT_FOR, CallerVerification, RecentCustomer
from apps.customers.panels.words import tier_tone
from apps.customers.sealing import seal, unseal

LISTED = 12


@dataclass(frozen=True, slots=True)
class Recent:
    """One row of the list. verified_as is a badge name; a closed one tells nothing but its id and the search."""

    customer_id: int
    name: str
    found_by: str
    tail: str
    tier: str
    verified_as: str
    last_act: str
    opened_at: datetime
    closed: bool = False

    @property
    def tier_tone(self) -> str:
        """The tone of the tier's badge."""
        return tier_tone(self.tier)


def recent_customers(user_id: int, session: str = "", limit: int = LISTED) -> list[Recent]:
    """The person's own of the last 24 hours, the last opened first. One query.

    session  mark of the sign-in: a protected customer is told only where a reason given in it holds
    """
    asks = settings.CONSOLE_BREAK_GLASS != "off"
    return [
        _recent(row, closed=asks and getattr(row, "closed", True))
        for row in RecentCustomer.objects.of(user_id, session)[:limit]
    ]


def _recent(row: RecentCustomer, *, closed: bool) -> Recent:
    return Recent(
        customer_id=row.customer_id,
        name="" if closed else unseal(row.name_sealed),
        found_by=row.found_by,
        tail="" if closed else row.tail,
        tier="" if closed else row.tier,
        verified_as=getattr(row, "verified_as", None) or "not_verified",
        last_act="" if closed else row.last_act,
        opened_at=row.opened_at,
        closed=closed,
    )


def remember_found(*, user_id: int, customer_id: int, found_by: str, handle: str) -> None:
    """A look-up led here: how it was found, masked, and what the v1.1 record can be asked by, sealed."""
    values = {"found_by": found_by, "opened_at": timezone.now()}
    if handle:
        values["handle_sealed"] = seal(handle)
    RecentCustomer.objects.update_or_create(user_id=user_id, customer_id=customer_id, defaults=values)


def remember_opened(
    *, user_id: int, customer_id: int, name: str, tier: str, tail: str, handle: str = ""
) -> None:
    """The page was shown: the name for the list, sealed, and the tier."""
    values = {"name_sealed": seal(name), "tier": tier[:80], "tail": tail[:12], "opened_at": timezone.now()}
    if handle:
        values["handle_sealed"] = seal(handle)
    if not RecentCustomer.objects.filter(user_id=user_id, customer_id=customer_id).update(**values):
        RecentCustomer.objects.get_or_create(user_id=user_id, customer_id=customer_id, defaults=values)


def remember_act(*, user_id: int, customer_id: int, act: str) -> None:
    """What was done last, in words of the list."""
    RecentCustomer.objects.filter(user_id=user_id, customer_id=customer_id).update(last_act=act[:80])


def follow(*, user_id: int, old_id: int, new_id: int) -> None:
    """The account was merged: what was remembered of the old one goes to the one that is left."""
    row = RecentCustomer.objects.filter(user_id=user_id, customer_id=old_id).first()
    if row is None:
        return
    RecentCustomer.objects.filter(user_id=user_id, customer_id=new_id).delete()
    RecentCustomer.objects.filter(pk=row.pk).update(customer_id=new_id, handle_sealed="")


def known(user_id: int, customer_id: int) -> tuple[str, str]:
    """Name and handle as remembered, both empty when the customer is not among the recent ones. One query."""
    row = (
        RecentCustomer.objects.filter(user_id=user_id, customer_id=customer_id)
        .only("name_sealed", "handle_sealed")
        .first()
    )
    return (unseal(row.name_sealed), unseal(row.handle_sealed)) if row else ("", "")


def forget_old() -> int:
    """Delete what is older than a day, and verifications and reasons that ran out; returns how many rows."""
    now = timezone.now()
    rows, _ = RecentCustomer.objects.filter(opened_at__lte=now - KEPT_FOR).delete()
    ended, _ = CallerVerification.objects.filter(expires_at__lte=now).delete()
    return rows + ended + forget_opened()
