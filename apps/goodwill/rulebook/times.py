"""Due times, escalation, the second decider and the time for the proof: for all stores, or one store's own."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.core.errors import BadInput
from apps.goodwill.models import Escalation
from apps.goodwill.ruling import save_rule
from apps.staff.models import Store, User


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


def set_times(*, actor: Actor, user: User, times: Escalation) -> Escalation:
    """Save them. Raises Refused; BadInput beside escalate_minutes or deputy_store for what makes no sense."""
    if times.escalate_minutes < times.due_minutes:
        raise BadInput(
            _("A request is escalated once it is late: not before it is due."), field="escalate_minutes"
        )
    if times.store_id and times.deputy_store_id == times.store_id:
        raise BadInput(_("Choose another store: this one has the request already."), field="deputy_store")
    return save_rule(actor=actor, user=user, rule=times)
