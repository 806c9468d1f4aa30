"""Due times, escalation, the second decider and the time for the proof: for all stores, or one store's own."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.core.errors import BadInput
from apps.core.faults import Faults
from apps.goodwill.models import Escalation
from apps.goodwill.ruling import check_store_open, save_rule
from apps.staff.models import Store, User

FIELDS = ("due_minutes", "escalate_minutes", "deputy_store", "second_threshold", "proof_minutes")


@dataclass(frozen=True)
class StoreTimes:
    """What holds for a store (None: for all); is_own when it was set for it alone."""

    store: Store | None
    times: Escalation
    is_own: bool

    @property
    def due(self) -> timedelta:
        """When somebody should have decided."""
        return timedelta(minutes=self.times.due_minutes)

    @property
    def escalated(self) -> timedelta:
        """When the other store's managers may decide too."""
        return timedelta(minutes=self.times.escalate_minutes)

    @property
    def proved(self) -> timedelta:
        """When the ledger must show it."""
        return timedelta(minutes=self.times.proof_minutes)


def times_for_all() -> Escalation:
    """The row that holds where no other does; what holds when nobody set anything."""
    return Escalation.objects.filter(store=None).select_related("deputy_store").first() or Escalation()


def times_by_store(stores: list[Store], for_all: Escalation) -> list[StoreTimes]:
    """What holds for each store. One query."""
    own = {one.store_id: one for one in Escalation.objects.exclude(store=None).select_related("deputy_store")}
    return [StoreTimes(store, own.get(store.pk, for_all), store.pk in own) for store in stores]


def own_times() -> list[StoreTimes]:
    """Of the stores that have their own, closed ones too. One query."""
    own = Escalation.objects.exclude(store=None).select_related("deputy_store", "store")
    return [StoreTimes(one.store, one, is_own=True) for one in own.order_by("store__name", "store")]


def shown(times: Escalation | None) -> dict[str, Any]:
    """What a form about them shows; a store's own begin with those for all."""
    held = times or times_for_all()
    return {name: getattr(held, name) for name in FIELDS}


def set_times(*, actor: Actor, user: User, times: Escalation, opened: str = "") -> Escalation:
    """Save them.

    opened  mark of the page that was opened, "" for none: see apps/core/opened.py
    Raises: Refused; BadInput beside escalate_minutes or deputy_store for what makes no sense, and for a store that is
            closed; Conflict where they were changed since
    """
    faults, own = Faults(), Escalation.objects.filter(store=times.store_id).first()
    with faults:
        if own is None:
            check_store_open(times.store)
    with faults:
        if times.deputy_store_id != (own or times_for_all()).deputy_store_id:
            check_store_open(times.deputy_store, "deputy_store")
    with faults:
        check_times(times.due_minutes, times.escalate_minutes)
    with faults:
        if times.store_id and times.deputy_store_id == times.store_id:
            raise BadInput(_("Choose another store: this one has the request already."), field="deputy_store")
    faults.tell()
    return save_rule(actor=actor, user=user, rule=times, opened=opened, shown=shown)


def check_times(due_minutes: int | None, escalate_minutes: int | None) -> None:
    """Whether they follow each other, where both are known. Raises BadInput (escalate_minutes)"""
    if due_minutes is not None and escalate_minutes is not None and escalate_minutes < due_minutes:
        raise BadInput(
            _("A request is escalated once it is late: not before it is due."), field="escalate_minutes"
        )
