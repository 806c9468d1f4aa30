"""Changing the rules: every change is traced with what was and what is."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.errors import BadInput, Conflict, Refused
from apps.core.faults import Faults
from apps.core.opened import check_opened
from apps.core.taken import told_when_taken
from apps.goodwill.models import Budget, CouponSeries, Escalation, LimitRule, Reason
from apps.staff.confirming.guard import check_second
from apps.staff.models import Store, User

Rule = TypeVar("Rule", Reason, CouponSeries, LimitRule, Budget, Escalation)


def save_rule(
    *,
    actor: Actor,
    user: User,
    rule: Rule,
    once: Callable[[], None] | None = None,
    opened: str = "",
    shown: Callable[[Rule | None], Mapping[str, Any]] | None = None,
) -> Rule:
    """Save a new or changed rule.

    once    says whether there is such a one already, asked again where somebody was quicker by a moment
    opened  mark of the page that was opened, "" for none: see apps/core/opened.py
    shown   what such a page shows of the row as it is kept (None: there is none)
    Raises: Refused without the permission; BadInput for one that cannot be; Conflict
    """
    check_second(actor)
    check_may(user)
    _check_sensible(rule)
    with told_when_taken(once):
        kept = type(rule)._default_manager.select_for_update().filter(pk=rule.pk).first() if rule.pk else None
        if opened and shown:
            check_opened(opened, shown(kept))
        before = _plain(kept)
        rule.save()
        now = _plain(rule)
        changed = {
            name: [before.get(name, ""), value] for name, value in now.items() if before.get(name) != value
        }
        if changed:
            record("goodwill.rule.saved", actor=actor, subject=subject_of(rule), details={"changed": changed})
    return rule


def remove_rule(*, actor: Actor, user: User, rule: Rule) -> None:
    """Remove a rule. Raises Refused; Conflict for a reason or series that requests lean on."""
    check_second(actor)
    check_may(user)
    try:
        with transaction.atomic():
            record(
                "goodwill.rule.removed", actor=actor, subject=subject_of(rule), details={"was": _plain(rule)}
            )
            rule.delete()
    except ProtectedError:
        raise Conflict(
            _("Requests lean on this one, so it stays."), next_step=_("Take it off the list that is offered.")
        ) from None


def subject_of(rule: models.Model) -> str:
    """What the rule is, in words the trail keeps."""
    match rule:
        case Reason():
            return f"the reason {rule.title}"
        case CouponSeries():
            return f"the coupon series {rule.name}"
        case Budget():
            return f"the {rule.kind} budget of {rule.store.name} from {rule.month:%B %Y}"
        case LimitRule():
            whose = rule.role or (rule.user.name if rule.user else rule.store.name if rule.store else "")
            return f"the limit to {rule.purpose} {rule.kind} of {whose}"
        case Escalation():
            return f"the times of {rule.store.name if rule.store else 'all stores'}"
    return str(rule)


def check_may(user: User) -> None:
    """Raises Refused for somebody who does not keep the rules."""
    if not user.has_perm("staff.manage_limits"):
        raise Refused(_("Only an administrator can change the rules of goodwill."))


def check_store_open(store: Store | None, field: str = "") -> None:
    """For what is newly set. What was set before the store closed may be changed: it holds again once it reopens.

    Raises: BadInput (field)
    """
    if store is not None and store.is_closed:
        raise BadInput(_("%(store)s is closed.") % {"store": store.name}, field=field)


def _check_sensible(rule: Rule) -> None:
    """Raises BadInput beside each field that cannot be."""
    faults = Faults()
    for name in ("per_request", "per_day", "per_month", "amount", "second_threshold"):
        value = getattr(rule, name, None)
        with faults:
            if value is not None and value < 0:
                raise BadInput(_("A limit cannot be below 0."), field=name)
    if isinstance(rule, Budget):
        rule.month = rule.month.replace(day=1)
    try:
        rule.full_clean()
    except ValidationError as error:
        for field, messages in error.message_dict.items():
            with faults:
                raise BadInput(" ".join(messages), field="" if field == "__all__" else field) from None
    faults.tell()


def _plain(rule: models.Model | None) -> dict[str, Any]:
    if rule is None:
        return {}
    # The trail takes a bare "code" for a secret.
    names = {"code": f"{rule._meta.model_name}_code"}
    values = (
        (names.get(field.name, field.name), field.value_from_object(rule))
        for field in rule._meta.concrete_fields
    )
    return {name: _text(value) for name, value in values if name != "id"}


def _text(value: Any) -> str:
    """The same text for 300 and 300.000, so that only what changed counts as changed."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)
