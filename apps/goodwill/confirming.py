"""Changes to the rules of goodwill that wait for a second person. Stopping a series does not: it takes away."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.errors import Missing
from apps.core.formats import NOTHING
from apps.core.kept import number
from apps.goodwill.models import CouponSeries, Escalation, Kind, LimitRule, Reason
from apps.goodwill.rulebook import budgets, limits, reasons, series, times
from apps.goodwill.ruling import remove_rule, subject_of
from apps.staff.confirming import kinds
from apps.staff.confirming.kinds import By, Snapshot, Values
from apps.staff.confirming.models import about_person
from apps.staff.models import Store

# The mark of the page ("opened" among the values) is absent from what was asked for before it was carried along.
MANAGE = "staff.manage_limits"
TIMES = ("due_minutes", "escalate_minutes", "second_threshold", "proof_minutes")


def as_text(value: Decimal | None) -> str | None:
    """A number as values keep it."""
    return None if value is None else str(value)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _yes_no(value: bool) -> str:
    return _("yes") if value else _("no")


# Limits ------------------------------------------------------------------------------------------
def limit_values(rule: LimitRule) -> dict[str, Any]:
    """A limit, saved or not, as a change keeps it."""
    named = {"pk": rule.pk, "role": rule.role, "user": rule.user_id, "store": rule.store_id}
    bounds = {name: as_text(getattr(rule, name)) for name in limits.BOUNDS}
    return {**named, "purpose": rule.purpose, "kind": rule.kind, **bounds}


def _limit_of(values: Values) -> tuple[LimitRule | None, LimitRule]:
    """The limit as it is, and as it would be."""
    scope = {"role": values["role"], "user_id": values["user"], "store_id": values["store"]}
    scope |= {"purpose": values["purpose"], "kind": values["kind"]}
    found = LimitRule.objects.select_related("user", "store").filter(**scope).first()
    wanted = LimitRule.objects.get(pk=found.pk) if found and values["pk"] else LimitRule(**scope)
    for name in limits.BOUNDS:
        setattr(wanted, name, _number(values[name]))
    return found, wanted


def _limit(values: Values) -> Snapshot:
    found, wanted = _limit_of(values)
    facts: dict[str, str] = {}
    if found:
        words = (_("In one request"), _("In 24 hours"), _("In 30 days"))
        facts = {
            word: _("no bound") if getattr(found, name) is None else number(getattr(found, name))
            for word, name in zip(words, limits.BOUNDS, strict=True)
        }
    about = about_person(wanted.user_id) if wanted.user_id else ""
    return Snapshot(subject_of(found or wanted), facts, about)


def _set_limit(by: By, values: Values) -> None:
    found, wanted = _limit_of(values)
    if values["pk"] and found is None:
        raise Missing(_("This limit is not there any more."))
    limits.set_limit(actor=by.actor, user=by.user, rule=wanted, opened=values.get("opened", ""))


def _remove_limit(by: By, values: Values) -> None:
    found, _wanted = _limit_of(values)
    if found is None:
        raise Missing(_("This limit is not there any more."))
    remove_rule(actor=by.actor, user=by.user, rule=found)


# Budgets -----------------------------------------------------------------------------------------
def _budget_facts(month: date, stores: list[Store], *, named: bool) -> dict[str, str]:
    facts = {}
    for (_pk, kind), one in budgets.budgets_of(month, stores).items():
        label = capfirst(str(Kind(kind).label))
        words = NOTHING if one.amount is None else number(one.amount)
        if one.amount is not None and not one.is_own:
            words = _("%(amount)s, as before") % {"amount": words}
        facts[f"{one.store.name}, {label.lower()}" if named else label] = words
    return facts


def _budgets(values: Values) -> Snapshot:
    store, month = Store.objects.filter(pk=values["store"]).first(), date.fromisoformat(values["month"])
    if store is None:
        return Snapshot()
    subject = f"the budgets of {store.name}, {month:%B %Y}"
    return Snapshot(subject, _budget_facts(month, [store], named=False))


def _set_budgets(by: By, values: Values) -> None:
    store, month = Store.objects.filter(pk=values["store"]).first(), date.fromisoformat(values["month"])
    if store is None:
        raise Missing(_("This store is not there any more."))
    amounts = {kind: _number(values[kind]) for kind in Kind.values}
    opened = values.get("opened", "")
    budgets.set_budgets(
        actor=by.actor, user=by.user, store=store, month=month, amounts=amounts, opened=opened
    )


def _all_budgets(values: Values) -> Snapshot:
    month = date.fromisoformat(values["month"])
    facts = _budget_facts(month, list(Store.objects.all()), named=True)
    return Snapshot(f"the budgets of all stores, {month:%B %Y}", facts)


def _copy_budgets(by: By, values: Values) -> budgets.Copied:
    return budgets.copy_budgets(actor=by.actor, user=by.user, month=date.fromisoformat(values["month"]))


# Reasons -----------------------------------------------------------------------------------------
def _reason_seen(found: Reason | None, words: str) -> Snapshot:
    if found is None:
        return Snapshot(f"the reason {words}" if words else "")
    facts = {
        _("Reason"): found.title,
        _("Asks for words"): _yes_no(found.needs_words),
        _("Offered"): _yes_no(found.is_active),
    }
    return Snapshot(subject_of(found), facts)


def _new_reason(values: Values) -> Snapshot:
    words = " ".join(values["title"].split())
    return _reason_seen(Reason.objects.filter(title__iexact=words).first(), words)


def _reason(values: Values) -> Snapshot:
    return _reason_seen(Reason.objects.filter(pk=values["pk"]).first(), "")


def _add_reason(by: By, values: Values) -> None:
    reasons.add_reason(actor=by.actor, user=by.user, title=values["title"], needs_words=values["needs_words"])


def _kept_reason(values: Values) -> Reason:
    found = Reason.objects.filter(pk=values["pk"]).first()
    if found is None:
        raise Missing(_("This reason is not there any more."))
    return found


def _change_reason(by: By, values: Values) -> None:
    typed = {name: values[name] for name in reasons.FIELDS} | {"opened": values.get("opened", "")}
    reasons.change_reason(actor=by.actor, user=by.user, reason=_kept_reason(values), **typed)


def _remove_reason(by: By, values: Values) -> None:
    remove_rule(actor=by.actor, user=by.user, rule=_kept_reason(values))


# Coupon series -----------------------------------------------------------------------------------
def _series(values: Values) -> Snapshot:
    found = CouponSeries.objects.filter(outside_id=values["outside_id"]).first()
    offered = _yes_no(bool(found and found.is_active))
    return Snapshot(f"the coupon series {values['name']}", {_("Offered"): offered})


def _offer_series(by: By, values: Values) -> None:
    series.offer_series(actor=by.actor, user=by.user, outside_id=values["outside_id"], name=values["name"])


# Times -------------------------------------------------------------------------------------------
def times_values(held: Escalation) -> dict[str, Any]:
    """Times, saved or not, as a change keeps them."""
    plain = {name: getattr(held, name) for name in TIMES}
    plain["second_threshold"] = as_text(held.second_threshold)
    return {"store": held.store_id, "deputy_store": held.deputy_store_id, **plain}


def _times(values: Values) -> Snapshot:
    """What holds, its own or that of all stores."""
    own = Escalation.objects.filter(store=values["store"]).select_related("deputy_store", "store").first()
    store = Store.objects.filter(pk=values["store"]).first() if values["store"] else None
    held = own or times.times_for_all()
    most = held.second_threshold
    facts = {
        _("Due after minutes"): number(held.due_minutes),
        _("Escalated after minutes"): number(held.escalate_minutes),
        _("Escalated to"): held.deputy_store.name if held.deputy_store else _("nobody else"),
        _("Two people above"): _("never") if most is None else number(most),
        _("Credited within minutes"): number(held.proof_minutes),
    }
    if values["store"]:
        facts[_("Own times")] = _yes_no(own is not None)
    return Snapshot(f"the times of {store.name if store else 'all stores'}", facts)


def _set_times(by: By, values: Values) -> None:
    held = Escalation.objects.filter(store=values["store"]).first() or Escalation(store_id=values["store"])
    for name in TIMES:
        setattr(held, name, values[name])
    held.second_threshold = _number(values["second_threshold"])
    held.deputy_store_id = values["deputy_store"]
    times.set_times(actor=by.actor, user=by.user, times=held, opened=values.get("opened", ""))


def _remove_times(by: By, values: Values) -> None:
    own = Escalation.objects.filter(store=values["store"]).select_related("store").first()
    if own is None:
        raise Missing(_("This store has no times of its own."))
    remove_rule(actor=by.actor, user=by.user, rule=own)


for name, title, snapshot, apply in (
    ("goodwill.limit_set", gettext_lazy("Set a limit"), _limit, _set_limit),
    ("goodwill.limit_remove", gettext_lazy("Remove a limit"), _limit, _remove_limit),
    ("goodwill.budgets_set", gettext_lazy("Set budgets"), _budgets, _set_budgets),
    ("goodwill.budgets_copy", gettext_lazy("Copy budgets of the month before"), _all_budgets, _copy_budgets),
    ("goodwill.reason_add", gettext_lazy("Add a reason"), _new_reason, _add_reason),
    ("goodwill.reason_change", gettext_lazy("Change a reason"), _reason, _change_reason),
    ("goodwill.reason_remove", gettext_lazy("Remove a reason"), _reason, _remove_reason),
    ("goodwill.series_allow", gettext_lazy("Offer a coupon series"), _series, _offer_series),
    ("goodwill.times_set", gettext_lazy("Set times and the second decider"), _times, _set_times),
    ("goodwill.times_remove", gettext_lazy("Follow the times of all stores"), _times, _remove_times),
):
    kinds.register(kinds.Kind(name, title, MANAGE, snapshot=snapshot, apply=apply))
