"""The off switch: goodwill stopped for a store or for all, with a reason everybody reads."""

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.errors import BadInput, Refused
from apps.goodwill.models import Switch
from apps.staff.models import Store, User


def off_for(store: Store | None) -> Switch | None:
    """The switch that stops this store (the one for all, or its own), None while goodwill is on."""
    here = Q(store=None) | Q(store=store) if store else Q(store=None)
    return Switch.objects.filter(here, off=True).order_by(F("store").asc(nulls_first=True)).first()


def switches_off() -> list[Switch]:
    """All that are off, the one for all first: for the banner."""
    rows = Switch.objects.filter(off=True).select_related("store")
    return list(rows.order_by(F("store").asc(nulls_first=True)))


def off_words(switch: Switch) -> str:
    """The sentence for the banner and for refusals."""
    if switch.store is None:
        return _("Goodwill is switched off: %(reason)s") % {"reason": switch.reason}
    return _("Goodwill is switched off for %(store)s: %(reason)s") % {
        "store": switch.store.name,
        "reason": switch.reason,
    }


def check_on(store: Store | None) -> None:
    """Raises Refused with the reason while goodwill is switched off for this store or for all."""
    switch = off_for(store)
    if switch is not None:
        raise Refused(off_words(switch), next_step=_("Ask your administrator when it is on again."))


def turn_off(*, actor: Actor, user: User, store: Store | None, reason: str) -> Switch:
    """Stop asking and approving, for a store or for all. Raises Refused, BadInput (reason)."""
    return _turn(actor, user, store, reason, off=True)


def turn_on(*, actor: Actor, user: User, store: Store | None, reason: str) -> Switch:
    """Let it run again. Raises Refused, BadInput (reason)."""
    return _turn(actor, user, store, reason, off=False)


def _turn(actor: Actor, user: User, store: Store | None, reason: str, *, off: bool) -> Switch:
    if not user.has_perm("staff.manage_limits"):
        raise Refused(_("Only an administrator can switch goodwill on and off."))
    words = " ".join(reason.split())
    if not words:
        raise BadInput(_("Say why, everybody reads it."), field="reason")
    if len(words) > 300:
        raise BadInput(_("The reason is too long. Use at most 300 characters."), field="reason")
    with transaction.atomic():
        before = Switch.objects.select_for_update().filter(store=store).first()
        was = [before.off, before.reason] if before else [False, ""]
        switch, _made = Switch.objects.update_or_create(
            store=store, defaults={"off": off, "reason": words, "by_name": user.name, "at": timezone.now()}
        )
        record(
            "goodwill.switched_off" if off else "goodwill.switched_on",
            actor=actor,
            subject=store.name if store else str(_("all stores")),
            reason=words,
            details={"changed": {"off": [was[0], off], "reason": [was[1], words]}},
        )
    return switch
