"""Limits of roles, people and stores: listed, set, and checked for sense."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.audit.actor import Actor
from apps.core.errors import BadInput
from apps.goodwill.models import LimitRule
from apps.goodwill.ruling import save_rule
from apps.staff.models import User
from apps.staff.roles import ROLES, permissions_of

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
        return str(ROLES[rule.role].name) if rule.role in ROLES else rule.role
    return rule.user.name if rule.user else rule.store.name if rule.store else ""


def set_limit(*, actor: Actor, user: User, rule: LimitRule) -> LimitRule:
    """Save a new or changed limit.

    Raises: Refused; BadInput beside who, per_request, per_day or per_month for one that makes no sense
    """
    _check_bounds(rule)
    _check_effect(rule)
    _check_once(rule)
    return save_rule(actor=actor, user=user, rule=rule)


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
    _check_wider(bounds, "per_day", "per_request", _("This is less than one request may take."))
    _check_wider(bounds, "per_month", "per_request", _("This is less than one request may take."))
    _check_wider(bounds, "per_month", "per_day", _("This is less than the 24 hours allow."))


def _check_wider(bounds: dict[str, Decimal | None], wide: str, narrow: str, words: str) -> None:
    more, less = bounds[wide], bounds[narrow]
    if more is not None and less is not None and more < less:
        raise BadInput(words, field=wide)
