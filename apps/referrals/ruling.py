"""The rules of inviting and the campaigns: which hold, and changing them."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.errors import BadInput, Refused
from apps.core.faults import Faults
from apps.core.opened import check_opened
from apps.core.taken import told_when_taken
from apps.referrals.models import Campaign, InviteRules
from apps.staff.confirming.guard import check_second
from apps.staff.models import Store, User

MAY_RULE = "staff.manage_limits"
FOR_STORE = ("per_person_a_day", "per_call_most", "burst_count", "burst_minutes")
NAMES = (*FOR_STORE, "shared_by")
OF_CAMPAIGN = ("title", "token", "is_active")
Rule = TypeVar("Rule", InviteRules, Campaign)


def rules_for(store: Store | int | None) -> InviteRules:
    """The store's own rules, else those for all, else the defaults (unsaved). One query."""
    here = Q(store=None) | Q(store=store) if store is not None else Q(store=None)
    rows = InviteRules.objects.filter(here).order_by(F("store").asc(nulls_last=True))
    return rows.first() or InviteRules()


def shown(rule: InviteRules | Campaign) -> dict[str, Any]:
    """What a form about it shows: what is counted over all stores is none of one store's."""
    if isinstance(rule, Campaign):
        return {name: getattr(rule, name) for name in OF_CAMPAIGN}
    return {name: getattr(rule, name) for name in (FOR_STORE if rule.store_id else NAMES)}


def rules_to_begin_with(store: Store | None) -> InviteRules:
    """A store's own rules begin with those for all. Not saved."""
    held = InviteRules.objects.filter(store=None).first() or InviteRules()
    held.pk, held.store = None, store
    held._state.adding = True
    return held


def save_rules(*, actor: Actor, user: User, rules: InviteRules, opened: str = "") -> InviteRules:
    """Save new or changed rules; an entry with what was and what is.

    opened  mark of the page that was opened, "" for none: see apps/core/opened.py
    Raises: Refused; BadInput with its field, and for a closed store that has none of its own; Conflict where they were
            changed since
    """
    check_second(actor)
    return _saved(actor, user, rules, subject(rules), opened)


def remove_rules(*, actor: Actor, user: User, rules: InviteRules) -> None:
    """Remove the rules of one store: those for all hold there again. Raises Refused."""
    check_second(actor)
    _check_may(user)
    with transaction.atomic():
        record(
            "referrals.rules.removed",
            actor=actor,
            subject=subject(rules),
            details={"was": _plain(rules)},
        )
        rules.delete()


def save_campaign(*, actor: Actor, user: User, campaign: Campaign, opened: str = "") -> Campaign:
    """Save a new or changed campaign; an entry. Raises Refused, BadInput (token, title); Conflict with the page opened.

    One that people were invited to is not removed but taken off the list that is offered.
    """
    campaign.token, campaign.title = campaign.token.strip(), " ".join(campaign.title.split())
    return _saved(actor, user, campaign, f"the campaign {campaign.title}", opened)


def _check_sensible(rule: Rule, *, constraints: bool = True) -> None:
    """Raises BadInput beside each field that cannot be."""
    faults = Faults()
    with faults:
        _check_open(rule)
    try:
        rule.full_clean(validate_constraints=constraints)
    except ValidationError as error:
        for field, messages in error.message_dict.items():
            with faults:
                raise BadInput(" ".join(messages), field="" if field == "__all__" else field) from None
    faults.tell()


def _check_open(rule: Rule) -> None:
    """Rules that were set before the store closed may be changed: they hold again once it reopens."""
    if isinstance(rule, InviteRules) and rule.pk is None and rule.store and rule.store.is_closed:
        raise BadInput(_("%(store)s is closed.") % {"store": rule.store.name})


def _saved(actor: Actor, user: User, rule: Rule, subject: str, opened: str) -> Rule:
    _check_may(user)
    _check_sensible(rule)
    # A constraint's own words are none for people: where only that is broken, somebody was quicker.
    with told_when_taken(lambda: _check_sensible(rule, constraints=False)):
        kept = type(rule)._default_manager.select_for_update().filter(pk=rule.pk).first() if rule.pk else None
        if opened:
            check_opened(opened, _stands(rule, kept))
        before, now = _plain(kept), _plain(rule)
        rule.save()
        changed = {
            name: [before.get(name, ""), value] for name, value in now.items() if before.get(name) != value
        }
        if changed:
            record("referrals.rules.saved", actor=actor, subject=subject, details={"changed": changed})
    return rule


def _stands(rule: Rule, kept: Rule | None) -> Mapping[str, Any]:
    """What a page about it would show at this moment."""
    if kept is not None:
        return shown(kept)
    return shown(rules_to_begin_with(rule.store)) if isinstance(rule, InviteRules) else {}


def _check_may(user: User) -> None:
    if not user.has_perm(MAY_RULE):
        raise Refused(_("Only an administrator can change the rules of inviting."))


def subject(rules: InviteRules) -> str:
    """Whose rules, in words the trail keeps."""
    return f"the rules of inviting of {rules.store.name if rules.store else 'all stores'}"


def _plain(rule: models.Model | None) -> dict[str, Any]:
    """Values as text. The trail takes a bare "token" for a secret."""
    if rule is None:
        return {}
    names = {"token": "campaign"}
    values = ((field.name, field.value_from_object(rule)) for field in rule._meta.concrete_fields)
    return {
        names.get(name, name): "" if value is None else str(value) for name, value in values if name != "id"
    }
