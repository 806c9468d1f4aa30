"""Setting the rules of redeeming and reversing: for all stores, or one store's own; each change is traced."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.errors import BadInput, Refused
from apps.core.faults import Faults
from apps.core.kept import number
from apps.core.opened import check_opened
from apps.core.taken import told_when_taken
from apps.points.models import PointsRules
from apps.staff.confirming.guard import check_second
from apps.staff.models import Store, User
from apps.staff.role_table import all_roles

MAY = "staff.manage_limits"
LONGEST_WAIT, LONGEST_PROOF = 600, 60 * 24 * 7
NAMES = (
    "redeem_level",
    "reverse_level",
    "missed_call_roles",
    "skip_code_roles",
    "alone_up_to",
    "resend_seconds",
    "proof_minutes",
    "decimals",
)


@dataclass(frozen=True)
class StoreRules:
    """What holds for a store (None: for all); is_own when it was set for it alone."""

    store: Store | None
    rules: PointsRules
    is_own: bool


def redeeming_roles() -> list[tuple[str, str]]:
    """Roles that may redeem at all: (code, name)."""
    return [
        (role.code, str(role.name)) for role in all_roles().values() if "redeem_points" in role.permissions
    ]


def rules_for_all() -> PointsRules:
    """The row that holds where no other does; the defaults while nobody set anything."""
    return PointsRules.objects.filter(store=None).first() or PointsRules()


def rules_by_store(stores: list[Store], for_all: PointsRules) -> list[StoreRules]:
    """What holds for each store. One query."""
    own = {one.store_id: one for one in PointsRules.objects.exclude(store=None)}
    return [StoreRules(store, own.get(store.pk, for_all), store.pk in own) for store in stores]


def shown(rules: PointsRules | None) -> dict[str, Any]:
    """What a form about them shows; a store's own begin with those for all."""
    held = rules or rules_for_all()
    return {name: getattr(held, name) for name in NAMES}


def set_rules(*, actor: Actor, user: User, rules: PointsRules, opened: str = "") -> PointsRules:
    """Save them.

    opened  mark of the page that was opened, "" for none: see apps/core/opened.py
    Raises: Refused without the permission; BadInput beside each field that makes no sense, and for a closed store that
            has none of its own; Conflict where they were changed since
    """
    check_second(actor)
    _check_may(user)
    _check_sensible(rules)
    with told_when_taken():
        kept = PointsRules.objects.select_for_update().filter(store=rules.store).first()
        if opened:
            check_opened(opened, shown(kept))
        before = _plain(kept)
        rules.pk = kept.pk if kept else None
        rules.save()
        changed = {
            name: [before.get(name, ""), now]
            for name, now in _plain(rules).items()
            if before.get(name) != now
        }
        if changed:
            record("points.rules.saved", actor=actor, subject=subject(rules), details={"changed": changed})
    return rules


def remove_rules(*, actor: Actor, user: User, rules: PointsRules) -> None:
    """Let the rules for all hold for this store again. Raises Refused; BadInput for those of all."""
    check_second(actor)
    _check_may(user)
    if rules.store is None:
        raise BadInput(_("The rules for all stores stay."))
    with transaction.atomic():
        was = _plain(rules)
        record("points.rules.removed", actor=actor, subject=subject(rules), details={"was": was})
        rules.delete()


def _check_may(user: User) -> None:
    if not user.has_perm(MAY):
        raise Refused(_("Only an administrator can change the rules of points."))


def _check_sensible(rules: PointsRules) -> None:
    faults = Faults()
    with faults:
        _check_open(rules.store)
    for name, words in _wrong(rules).items():
        with faults:
            raise BadInput(words, field=name)
    faults.tell()


def _check_open(store: Store | None) -> None:
    """Those that were set before the store closed may be changed: they hold again once it reopens."""
    if store and store.is_closed and not PointsRules.objects.filter(store=store).exists():
        raise BadInput(_("%(store)s is closed.") % {"store": store.name})


def _wrong(rules: PointsRules) -> dict[str, str]:
    """What cannot be, by field."""
    known, found = {code for code, _name in redeeming_roles()}, {}
    if rules.alone_up_to is not None and rules.alone_up_to < 0:
        found["alone_up_to"] = _("A limit cannot be below 0.")
    for name in ("missed_call_roles", "skip_code_roles"):
        if not set(getattr(rules, name)) <= known:
            found[name] = _("Choose roles that redeem points.")
    for name in ("redeem_level", "reverse_level"):
        if getattr(rules, name) not in PointsRules.Level.values:
            found[name] = _("Choose one of those shown.")
    if not 0 <= rules.resend_seconds <= LONGEST_WAIT:
        found["resend_seconds"] = _("Use at most 600 seconds.")
    if not 1 <= rules.proof_minutes <= LONGEST_PROOF:
        found["proof_minutes"] = _("Use 1 minute to 7 days.")
    return found


def subject(rules: PointsRules) -> str:
    """Whose rules, in words the trail keeps."""
    return f"the points rules of {rules.store.name if rules.store else 'all stores'}"


def in_words(name: str, value: Any) -> str:
    """One rule as people read it."""
    if name in ("redeem_level", "reverse_level"):
        return str(dict(PointsRules.Level.choices).get(value, value))
    if name in ("missed_call_roles", "skip_code_roles"):
        names = dict(redeeming_roles())
        return ", ".join(names.get(code, code) for code in sorted(value)) or _("nobody")
    if name == "alone_up_to":
        return _("any number") if value is None else number(value)
    return _text(value)


def _plain(rules: PointsRules | None) -> dict[str, str]:
    return {name: _text(getattr(rules, name)) for name in NAMES} if rules else {}


def _text(value: Any) -> str:
    """The same text for 300 and 300.000, so that only what changed counts as changed."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, list):
        return ", ".join(sorted(value))
    if isinstance(value, dict):
        return ", ".join(f"{name}: {value[name]}" for name in sorted(value))
    return "" if value is None else str(value)
