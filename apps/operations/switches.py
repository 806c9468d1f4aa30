"""The off switch: an act stopped for a store or for all, with a reason everybody concerned reads.

A room makes its acts known once at start, and asks before each act:

    GOODWILL = register_act("goodwill", _("Goodwill"), permission="staff.ask_goodwill", meanwhile=_("…")).code
    check_on(GOODWILL, store)
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.errors import BadInput, Refused
from apps.operations.models import Switch
from apps.staff.models import Store, User

MAY_SWITCH = "staff.manage_limits"
LONGEST = 300


@dataclass(frozen=True)
class SwitchedAct:
    """An act that can be switched off.

    label       as the subject of a sentence: "Goodwill", "Redeeming points" (… is switched off)
    permission  who is concerned: people with it read the reason on the look-up page
    meanwhile   what being off means, in a sentence
    """

    code: str
    label: str | Promise
    permission: str = ""
    meanwhile: str | Promise = ""


_acts: dict[str, SwitchedAct] = {}


def register_act(
    code: str, label: str | Promise, *, permission: str = "", meanwhile: str | Promise = ""
) -> SwitchedAct:
    """Make an act known. ValueError when another one already has this code."""
    act = SwitchedAct(code, label, permission, meanwhile)
    if _acts.setdefault(code, act) != act:
        raise ValueError(f"There is an act {code!r} already.")
    return act


def acts() -> list[SwitchedAct]:
    """Every act that can be switched off, in the order of their codes."""
    return [_acts[code] for code in sorted(_acts)]


def act_named(code: str) -> SwitchedAct:
    """The act of this code; LookupError names the unknown one."""
    try:
        return _acts[code]
    except KeyError:
        raise LookupError(f"There is no act {code!r} that can be switched off.") from None


def off_for(act: str, store: Store | None) -> Switch | None:
    """The switch that stops this act here (the one for all, or the store's own), None while it is on."""
    return next(iter(off_among([act_named(act).code], store)), None)


def off_among(codes: Collection[str], store: Store | None) -> list[Switch]:
    """One switch for each of these acts that is off here, the one for all before the store's own. One query.

    In a closed store everything is off: its closing stands as a switch that is in no table.
    """
    here = Q(store=None) | Q(store=store) if store else Q(store=None)
    rows = _first_for_all(Q(act__in=list(codes)) & here)
    if store is not None and store.is_closed:
        rows += [_closed(code, store) for code in codes]
    found: dict[str, Switch] = {}
    for row in rows:
        found.setdefault(row.act, row)
    return list(found.values())


def _closed(act: str, store: Store) -> Switch:
    reason = _("the store is closed. %(reason)s") % {"reason": store.closed_reason}
    at = store.closed_at or timezone.now()
    return Switch(act=act, store=store, off=True, reason=reason, by_name=store.closed_by, at=at)


def switches_off(act: str = "") -> list[Switch]:
    """All that are off, of this act or of all acts that are known; for each act the one for all first."""
    return _first_for_all(Q(act__in=[act_named(act).code] if act else list(_acts)))


def _first_for_all(asked: Q) -> list[Switch]:
    rows = Switch.objects.filter(asked, off=True).select_related("store")
    return list(rows.order_by("act", F("store__name").asc(nulls_first=True)))


def label_of(switch: Switch) -> str:
    """The act's label."""
    return str(act_named(switch.act).label)


def off_words(switch: Switch) -> str:
    """The sentence for the banner and for refusals."""
    values = {"act": label_of(switch), "reason": switch.reason}
    if switch.store is None:
        return _("%(act)s is switched off: %(reason)s") % values
    values["store"] = switch.store.name
    return _("%(act)s is switched off for %(store)s: %(reason)s") % values


def check_on(act: str, store: Store | None) -> None:
    """Raises Refused with the reason while the act is switched off for this store or for all."""
    switch = off_for(act, store)
    if switch is not None:
        raise Refused(off_words(switch), next_step=_("Ask your administrator when it is on again."))


def turn_off(*, actor: Actor, user: User, act: str, store: Store | None, reason: str) -> Switch:
    """Stop the act, for a store or for all. Raises Refused, BadInput (reason)."""
    return _turn(actor, user, act_named(act), store, reason, off=True)


def turn_on(*, actor: Actor, user: User, act: str, store: Store | None, reason: str) -> Switch:
    """Let it run again. Raises Refused, BadInput (reason)."""
    return _turn(actor, user, act_named(act), store, reason, off=False)


def _turn(
    actor: Actor, user: User, act: SwitchedAct, store: Store | None, reason: str, *, off: bool
) -> Switch:
    if not user.has_perm(MAY_SWITCH):
        raise Refused(_("Only an administrator can switch this on and off."))
    words = " ".join(reason.split())
    if not words:
        raise BadInput(_("Say why, everybody reads it."), field="reason")
    if len(words) > LONGEST:
        raise BadInput(_("The reason is too long. Use at most 300 characters."), field="reason")
    with transaction.atomic():
        before = Switch.objects.select_for_update().filter(act=act.code, store=store).first()
        was = [before.off, before.reason] if before else [False, ""]
        switch, _made = Switch.objects.update_or_create(
            act=act.code,
            store=store,
            defaults={"off": off, "reason": words, "by_name": user.name, "at": timezone.now()},
        )
        record(
            "operations.switched_off" if off else "operations.switched_on",
            actor=actor,
            subject=store.name if store else str(_("all stores")),
            reason=words,
            details={
                "act": act.code,
                "what": str(act.label),
                "changed": {"off": [was[0], off], "reason": [was[1], words]},
            },
        )
    return switch
