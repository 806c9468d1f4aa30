"""Changes to the rules of points that wait for a second person."""

from decimal import Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.errors import Missing
from apps.points.models import PointsRules
from apps.points.rulebook import MAY, NAMES, in_words, remove_rules, rules_for_all, set_rules, subject
from apps.staff.confirming.kinds import By, Kind, Snapshot, Values, register
from apps.staff.models import Store


def rules_values(rules: PointsRules) -> dict[str, Any]:
    """Rules, saved or not, as a change keeps them."""
    plain = {name: getattr(rules, name) for name in NAMES}
    most = rules.alone_up_to
    return plain | {"store": rules.store_id, "alone_up_to": None if most is None else str(most)}


def _own(values: Values) -> PointsRules | None:
    return PointsRules.objects.filter(store=values["store"]).select_related("store").first()


def _rules(values: Values) -> Snapshot:
    """What holds, its own or that of all stores."""
    own = _own(values)
    held, words = own or rules_for_all(), {}
    for field in PointsRules._meta.concrete_fields:
        if field.name in NAMES:
            words[capfirst(str(field.verbose_name))] = in_words(field.name, getattr(held, field.name))
    if values["store"]:
        words[_("Own rules")] = _("yes") if own else _("no")
    store = Store.objects.filter(pk=values["store"]).first() if values["store"] else None
    return Snapshot(subject(own or PointsRules(store=store)), words)


def _set(by: By, values: Values) -> None:
    rules = PointsRules(store=Store.objects.filter(pk=values["store"]).first() if values["store"] else None)
    if values["store"] and rules.store is None:
        raise Missing(_("This store is not there any more."))
    for name in NAMES:
        setattr(rules, name, values[name])
    rules.alone_up_to = None if values["alone_up_to"] is None else Decimal(values["alone_up_to"])
    # The mark is absent from what was asked for before it was carried along.
    set_rules(actor=by.actor, user=by.user, rules=rules, opened=values.get("opened", ""))


def _remove(by: By, values: Values) -> None:
    own = _own(values)
    if own is None:
        raise Missing(_("This store has no rules of its own."))
    remove_rules(actor=by.actor, user=by.user, rules=own)


register(Kind("points.rules_set", gettext_lazy("Set the rules of points"), MAY, snapshot=_rules, apply=_set))
register(
    Kind(
        "points.rules_remove",
        gettext_lazy("Follow the points rules of all stores"),
        MAY,
        snapshot=_rules,
        apply=_remove,
    )
)
