"""What becomes of the invited while time passes: they register, they buy, both sides are rewarded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from django.db import transaction
from django.db.models import F, Value
from django.utils import timezone

from apps.sandbox.api.dates import INDIA, day_end
from apps.sandbox.api.errors import Refusal
from apps.sandbox.catalogue import COUPON_DAYS, DEFAULT_PROGRAMME, POINTS_DAYS, STORE_BY_TILL
from apps.sandbox.fields import ThousandthsField
from apps.sandbox.models import Coupon, Customer, Enrolment, LedgerEntry, Referral, Transaction
from apps.sandbox.referrals.campaigns import CAMPAIGN_BY_TOKEN
from apps.sandbox.referrals.registering import other_identifier, register

STAGES = ("invited", "joined", "bought", "rewarded")
# The acts of the control, and the stage each of them leads to.
ACTS = {"register": "joined", "buy": "bought", "reward": "rewarded"}
_COLUMNS = ("joined_at", "bought_at", "rewarded_at")
_BILL = Decimal(1500)
_POINTS = _BILL * DEFAULT_PROGRAMME.points_per_hundred / 100
_BATCH = 500
When = Callable[[Referral, str], datetime]


@dataclass(frozen=True)
class Growth:
    """One invitee to bring to a stage; mobile or email: registers with that instead of the invited identifier.

    hidden: comes without the outside telling who.
    """

    referral_id: int
    stage: str
    at: datetime | None = None
    mobile: str = ""
    email: str = ""
    hidden: bool = False


def stage_of(row: Referral) -> str:
    """The stage an invitee has come to."""
    reached = [stage for stage, column in zip(STAGES[1:], _COLUMNS, strict=True) if getattr(row, column)]
    return reached[-1] if reached else STAGES[0]


def grow_one(growth: Growth) -> Referral:
    """Bring one invitee to a stage, through the ones before it.

    Raises Refusal 404 (unknown), 9002 (there already), 1001, 1002, 1014 (the other identifier, or came already
    through another invitation).
    """
    with transaction.atomic():
        row = Referral.objects.filter(id=growth.referral_id).first()
        if row is None:
            raise Refusal(404)
        if STAGES.index(stage_of(row)) >= STAGES.index(growth.stage):
            raise Refusal(9002, f"The invitee is {stage_of(row)} already")
        if row.joined_at is None and came_elsewhere([row]):
            raise Refusal(1014)
        instead = other_identifier(growth.mobile, growth.email) if row.joined_at is None else None
        row.hidden = row.hidden or growth.hidden
        moment = growth.at or timezone.now()
        grow([row], growth.stage, lambda _row, _stage: moment, instead)
    return row


def let_time_pass(rows: Sequence[Referral]) -> int:
    """Every invitee comes one stage further, now; how many did. Who came through another invitation stays."""
    now = timezone.now()
    with transaction.atomic():
        elsewhere = came_elsewhere([row for row in rows if row.joined_at is None])
        by_stage: dict[str, list[Referral]] = {stage: [] for stage in STAGES}
        for row in rows:
            if row.joined_at or row.key not in elsewhere:
                by_stage[stage_of(row)].append(row)
                elsewhere |= set() if row.joined_at else {row.key}
        for stage, following in pairwise(STAGES):
            grow(by_stage[stage], following, lambda _row, _stage: now)
    return sum(len(by_stage[stage]) for stage in STAGES[:-1])


def came_elsewhere(rows: Sequence[Referral]) -> set[str]:
    """The identifiers of these rows that somebody registered with through another invitation."""
    keys = {row.key for row in rows}
    return set(Referral.objects.filter(key__in=keys, joined_at__isnull=False).values_list("key", flat=True))


def grow(rows: Sequence[Referral], stage: str, when: When, instead: tuple[str, str] | None = None) -> None:
    """Bring stored rows to a stage; when tells the moment of each step. The caller holds the transaction."""
    advance(rows, stage, when, instead)
    columns = [*_COLUMNS, "referee", "hidden", "referrer_coupon", "referee_coupon"]
    Referral.objects.bulk_update(rows, columns, batch_size=_BATCH)


def advance(rows: Sequence[Referral], stage: str, when: When, instead: tuple[str, str] | None = None) -> None:
    """The same for rows that have their ids and are written later: only what they lead to is stored."""
    for name, column, step in zip(STAGES[1:], _COLUMNS, (register, _buy, _reward), strict=True):
        due = [row for row in rows if getattr(row, column) is None]
        for row in due:
            setattr(row, column, when(row, name))
        if step is register:
            register(due, instead)
        else:
            step(due)
        if name == stage:
            break


def _buy(rows: Sequence[Referral]) -> None:
    """A first bill of each, with its points."""
    bills = Transaction.objects.bulk_create(
        Transaction(
            customer_id=row.referee_id or 0,
            number=f"RF{row.id}",
            amount=_BILL,
            gross_amount=_BILL,
            discount=Decimal(0),
            billed_at=row.bought_at or row.invited_at,
            store_code=STORE_BY_TILL[row.till_code].code,
            programme_id=DEFAULT_PROGRAMME.id,
        )
        for row in rows
    )
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            customer_id=bill.customer_id,
            programme_id=bill.programme_id,
            kind=LedgerEntry.Kind.EARNED,
            points=_POINTS,
            at=bill.billed_at,
            expires_on=bill.billed_at.astimezone(INDIA).date() + timedelta(days=POINTS_DAYS),
            transaction=bill,
            store_code=bill.store_code,
        )
        for bill in bills
    )
    people = [bill.customer_id for bill in bills]
    spent = Value(_BILL, output_field=ThousandthsField())
    Customer.objects.filter(id__in=people).update(lifetime_purchases=F("lifetime_purchases") + spent)
    Enrolment.objects.filter(customer__in=people, programme_id=DEFAULT_PROGRAMME.id).update(
        purchases=F("purchases") + spent
    )


def _reward(rows: Sequence[Referral]) -> None:
    """A coupon for either side."""
    for row in rows:
        campaign = CAMPAIGN_BY_TOKEN[row.campaign_token]
        row.referrer_coupon = _coupon(row, row.referrer_id, campaign.referrer_series, "A")
        row.referee_coupon = _coupon(row, row.referee_id or 0, campaign.referee_series, "B")
    Coupon.objects.bulk_create(
        coupon for row in rows for coupon in (row.referrer_coupon, row.referee_coupon) if coupon is not None
    )


def _coupon(row: Referral, customer_id: int, series_id: int, side: str) -> Coupon:
    at = row.rewarded_at or timezone.now()
    return Coupon(
        customer_id=customer_id,
        series_id=series_id,
        code=f"RF{row.id}{side}",
        created_at=at,
        valid_till=day_end(at.astimezone(INDIA).date() + timedelta(days=COUPON_DAYS)),
        store_code=STORE_BY_TILL[row.till_code].code,
    )
