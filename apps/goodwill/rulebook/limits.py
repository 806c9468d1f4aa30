"""Limits of roles, people and stores: listed, set, and checked for sense."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audit.actor import Actor
from apps.core.errors import BadInput
from apps.core.faults import Faults
from apps.goodwill.models import LimitRule
from apps.goodwill.ruling import check_store_open, save_rule
from apps.staff.models import User
from apps.staff.role_table import permissions_of, role_named

Purpose = LimitRule.Purpose
NEEDS = {Purpose.GIVE.value: "ask_goodwill", Purpose.DECIDE.value: "approve_goodwill"}
BOUNDS = ("per_request", "per_day", "per_month")


@dataclass(frozen=True)
class Row:
    """A limit, and whose it is in words."""

    rule: LimitRule
    who: str


@dataclass(frozen=True)
class Group:
    """Limits of one sort, as the page lists them."""

    title: str | Promise
    note: str | Promise
    rows: list[Row]


def rules() -> list[LimitRule]:
    """All limits with their people and stores. One query."""
    found = LimitRule.objects.select_related("user", "store")
    return list(found.order_by("role", "user__name", "store__name", "-purpose", "-kind"))


def groups(every: Iterable[LimitRule]) -> list[Group]:
    """Limits of roles, of people, of stores."""
    rows = [Row(one, whose(one)) for one in every]
    return [
        Group(
            gettext_lazy("Roles"),
            gettext_lazy("Hold for everybody with the role, each person on their own count."),
            [one for one in rows if one.rule.role],
        ),
        Group(
            gettext_lazy("People"),
            gettext_lazy("Stand in place of the limit of the person's role."),
            [one for one in rows if one.rule.user_id],
        ),
        Group(
            gettext_lazy("Stores"),
            gettext_lazy("Hold besides, over everybody at the store together."),
            [one for one in rows if one.rule.store_id],
        ),
    ]


def whose(rule: LimitRule) -> str:
    """The role, person or store in words."""
    if rule.role:
        role = role_named(rule.role)
        return str(role.name) if role else rule.role
    return rule.user.name if rule.user else rule.store.named if rule.store else ""


def shown(rule: LimitRule | None) -> dict[str, Any]:
    """What a form about it shows."""
    return {name: getattr(rule, name) for name in BOUNDS} if rule else {}


def set_limit(*, actor: Actor, user: User, rule: LimitRule, opened: str = "") -> LimitRule:
    """Save a new or changed limit.

    opened  mark of the page that was opened, "" for none: see apps/core/opened.py
    Raises: Refused; BadInput beside who, per_request, per_day or per_month for one that makes no sense; Conflict
            where it was changed since
    """
    faults = Faults()
    for check in (_check_bounds, _check_open, _check_effect, _check_once):
        with faults:
            check(rule)
    faults.tell()
    return save_rule(
        actor=actor, user=user, rule=rule, once=lambda: _check_once(rule), opened=opened, shown=shown
    )


def _check_open(rule: LimitRule) -> None:
    if rule._state.adding:
        check_store_open(rule.store, "who")


def _check_effect(rule: LimitRule) -> None:
    """A limit for somebody who cannot use it would only mislead its reader."""
    codes = [rule.role] if rule.role else rule.user.role_codes if rule.user else []
    if not rule.store_id and NEEDS[rule.purpose] not in permissions_of(codes):
        words = {
            Purpose.GIVE.value: _("%(who)s does not ask for goodwill, so this limit would have no effect."),
            Purpose.DECIDE.value: _(
                "%(who)s does not decide on goodwill, so this limit would have no effect."
            ),
        }
        raise BadInput(words[rule.purpose] % {"who": whose(rule)}, field="who")


def _check_once(rule: LimitRule) -> None:
    same = LimitRule.objects.filter(
        role=rule.role, user=rule.user, store=rule.store, purpose=rule.purpose, kind=rule.kind
    )
    if same.exclude(pk=rule.pk).exists():
        raise BadInput(
            _("There is such a limit for %(who)s already. Change that one.") % {"who": whose(rule)},
            field="who",
        )


def _check_bounds(rule: LimitRule) -> None:
    bounds = {name: getattr(rule, name) for name in BOUNDS}
    if all(bound is None for bound in bounds.values()):
        raise BadInput(
            _("Set at least one bound. Without any, there would be no limit at all."), field="per_request"
        )
    check_wider(bounds)


def check_wider(bounds: Mapping[str, Decimal | None]) -> None:
    """Whether each bound allows what the narrower ones do. Raises BadInput (per_day, per_month)"""
    faults = Faults()
    with faults:
        _check_wider(bounds, "per_day", "per_request", _("This is less than one request may take."))
    with faults:
        _check_wider(bounds, "per_month", "per_request", _("This is less than one request may take."))
        _check_wider(bounds, "per_month", "per_day", _("This is less than the 24 hours allow."))
    faults.tell()


def _check_wider(bounds: Mapping[str, Decimal | None], wide: str, narrow: str, words: str) -> None:
    more, less = bounds[wide], bounds[narrow]
    if more is not None and less is not None and more < less:
        raise BadInput(words, field=wide)
