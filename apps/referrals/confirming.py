"""Changes to the rules of inviting that wait for a second person. Campaigns do not: they name what Capillary has."""

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.errors import Missing
from apps.core.kept import number
from apps.referrals.models import InviteRules
from apps.referrals.ruling import MAY_RULE, NAMES, remove_rules, save_rules, subject
from apps.staff.confirming.kinds import By, Kind, Snapshot, Values, register
from apps.staff.models import Store


def rules_values(rules: InviteRules) -> dict[str, Any]:
    """Rules, saved or not, as a change keeps them."""
    return {"store": rules.store_id, **{name: getattr(rules, name) for name in NAMES}}


def _own(values: Values) -> InviteRules | None:
    return InviteRules.objects.filter(store=values["store"]).select_related("store").first()


def _rules(values: Values) -> Snapshot:
    """What holds, its own or that of all stores."""
    own, facts = _own(values), {}
    held = own or InviteRules.objects.filter(store=None).first() or InviteRules()
    for field in InviteRules._meta.concrete_fields:
        if field.name in NAMES:
            value = getattr(held, field.name)
            facts[capfirst(str(field.verbose_name))] = _("any number") if value is None else number(value)
    if values["store"]:
        facts[_("Own rules")] = _("yes") if own else _("no")
    store = Store.objects.filter(pk=values["store"]).first() if values["store"] else None
    return Snapshot(subject(own or InviteRules(store=store)), facts)


def _set(by: By, values: Values) -> None:
    rules = _own(values) or InviteRules(store_id=values["store"])
    if values["store"] and not Store.objects.filter(pk=values["store"]).exists():
        raise Missing(_("This store is not there any more."))
    for name in NAMES:
        setattr(rules, name, values[name])
    # The mark is absent from what was asked for before it was carried along.
    save_rules(actor=by.actor, user=by.user, rules=rules, opened=values.get("opened", ""))


def _remove(by: By, values: Values) -> None:
    own = _own(values)
    if own is None:
        raise Missing(_("This store has no rules of its own."))
    remove_rules(actor=by.actor, user=by.user, rules=own)


register(
    Kind(
        "referrals.rules_set",
        gettext_lazy("Set the rules of inviting"),
        MAY_RULE,
        snapshot=_rules,
        apply=_set,
    )
)
register(
    Kind(
        "referrals.rules_remove",
        gettext_lazy("Follow the rules of inviting of all stores"),
        MAY_RULE,
        snapshot=_rules,
        apply=_remove,
    )
)
