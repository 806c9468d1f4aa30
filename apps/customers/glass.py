"""Break-glass: which customers open only for a reason, and for whom one that was given holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.audit.writing import written
from apps.core.errors import BadInput, Refused
from apps.core.words import needed
from apps.customers.models import OpenedForReason, ProtectedCustomer
from apps.customers.registered import NOT_READ, is_elsewhere
from apps.staff.models import User

LASTS = timedelta(minutes=30)
SHORTEST_REASON, LONGEST_REASON = 5, 200
Kind = ProtectedCustomer.Kind


class Why(StrEnum):
    """Why a reason is asked; the words of the trail, which is kept in one language."""

    NOTHING = ""
    STAFF = "protected, staff"
    VIP = "protected, VIP"
    ELSEWHERE = "registered in another store"
    NOT_READ = "where they are registered could not be read"


@dataclass(frozen=True, slots=True)
class Glass:
    """How a customer stands before a person: whether a reason is needed, and until when one given holds."""

    why: Why = Why.NOTHING
    kind: str = ""
    until: datetime | None = None

    @property
    def is_closed(self) -> bool:
        """Whether nothing of the customer may be shown before a reason is given."""
        return self.why != Why.NOTHING and self.until is None

    @property
    def kind_words(self) -> str:
        """Staff or VIP, empty for a customer who is not protected."""
        return str(Kind(self.kind).label) if self.kind else ""

    @property
    def words_left(self) -> str:
        """The minutes that are left, for the badge."""
        if self.until is None:
            return ""
        seconds = (self.until - timezone.now()).total_seconds()
        return _("%(minutes)s min left") % {"minutes": max(0, ceil(seconds / 60))}


OPEN = Glass()


def glass_of(*, actor: Actor, user: User, customer_id: int) -> Glass:
    """How the customer stands before this person in this sign-in.

    One query; with ``stores`` one more, and one call where nobody asked lately where they are registered.
    Raises: TraceUnavailable
    """
    if settings.CONSOLE_BREAK_GLASS == "off":
        return OPEN
    opened = OpenedForReason.objects.holding(user.pk, actor.session)
    mine = opened.filter(customer_id=models.OuterRef("customer_id")).values("expires_at")[:1]
    row = (
        ProtectedCustomer.objects.current()
        .filter(customer_id=customer_id)
        .annotate(until=models.Subquery(mine))
        .values_list("kind", "until")
        .first()
    )
    if row is not None:
        return Glass(Why.STAFF if row[0] == Kind.STAFF else Why.VIP, row[0], row[1])
    if settings.CONSOLE_BREAK_GLASS != "stores":
        return OPEN
    until = opened.filter(customer_id=customer_id).values_list("expires_at", flat=True).first()
    if until is not None:
        return Glass(Why.ELSEWHERE, until=until)
    found = is_elsewhere(actor=actor, user=user, customer_id=customer_id)
    if found is NOT_READ:
        return Glass(Why.NOT_READ)
    return Glass(Why.ELSEWHERE) if found else OPEN


def closed_among(*, actor: Actor, customer_ids: Iterable[int]) -> set[int]:
    """Those who are protected and not open to this actor now: for lists that tell more than an id. One query."""
    if settings.CONSOLE_BREAK_GLASS == "off":
        return set()
    opened = OpenedForReason.objects.holding(actor.user_id or 0, actor.session)
    found = ProtectedCustomer.objects.current().filter(customer_id__in=list(customer_ids))
    mine = opened.filter(customer_id=models.OuterRef("customer_id"))
    return set(found.filter(~models.Exists(mine)).values_list("customer_id", flat=True))


def may_show(actor: Actor, customer_id: int) -> bool:
    """Whether other rooms may tell this actor who a customer is whom they did not open themselves."""
    return not closed_among(actor=actor, customer_ids=[customer_id])


def ask_glass(*, actor: Actor, customer_id: int, why: Why, part: str) -> None:
    """The question is about to be asked: an attempt that ends here is in the trail too. Raises TraceUnavailable."""
    record(
        "customer.glass_asked",
        actor=actor,
        outcome="refused",
        customer=str(customer_id),
        details={"why": str(why), "part": part},
    )


def break_glass(*, actor: Actor, customer_id: int, why: Why, reason: str) -> OpenedForReason:
    """Open a customer for this person in this sign-in; the entry first. It may be repeated: the time begins anew.

    Raises: BadInput (reason); Refused without a sign-in; TraceUnavailable: then nothing is open
    """
    words = tidy_reason(reason)
    if actor.user_id is None or not actor.session:
        raise Refused(_("Only a signed-in person can open a customer."))
    now = timezone.now()
    with written():
        record(
            "customer.glass_broken",
            actor=actor,
            customer=str(customer_id),
            reason=words,
            details={"why": str(why), "minutes": int(LASTS.total_seconds() // 60)},
        )
        opened, _made = OpenedForReason.objects.update_or_create(
            user_id=actor.user_id,
            session=actor.session,
            customer_id=customer_id,
            defaults={"opened_at": now, "expires_at": now + LASTS},
        )
    return opened


def tidy_reason(text: str) -> str:
    """The reason as the trail keeps it. Raises BadInput beside the field."""
    words = needed(text, LONGEST_REASON, "reason", missing=_("Write why you open this customer."))
    if len(words) < SHORTEST_REASON:
        raise BadInput(_("Write the reason in a few words."), field="reason")
    return words


def forget_opened() -> int:
    """Delete what ran out; returns how many rows."""
    rows, _each = OpenedForReason.objects.filter(expires_at__lte=timezone.now()).delete()
    return rows
