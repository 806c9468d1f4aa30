"""The rules of inviting and the campaigns: which hold, and changing them."""

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.services import record
from apps.core.errors import BadInput, Refused
from apps.referrals.models import Campaign, InviteRules
from apps.staff.models import Store, User

MAY_RULE = "staff.manage_limits"
Rule = TypeVar("Rule", InviteRules, Campaign)


def rules_for(store: Store | int | None) -> InviteRules:
    """The store's own rules, else those for all, else the defaults (unsaved). One query."""
    here = Q(store=None) | Q(store=store) if store is not None else Q(store=None)
    rows = InviteRules.objects.filter(here).order_by(F("store").asc(nulls_last=True))
    return rows.first() or InviteRules()


def save_rules(*, actor: Actor, user: User, rules: InviteRules) -> InviteRules:
    """Save new or changed rules; an entry with what was and what is. Raises Refused, BadInput with its field."""
    return _saved(actor, user, rules, f"the rules of inviting of {_where(rules)}")


def remove_rules(*, actor: Actor, user: User, rules: InviteRules) -> None:
    """Remove the rules of one store: those for all hold there again. Raises Refused."""
    _check_may(user)
    with transaction.atomic():
        record(
            "referrals.rules.removed",
            actor=actor,
            subject=f"the rules of inviting of {_where(rules)}",
            details={"was": _plain(rules)},
        )
        rules.delete()


def save_campaign(*, actor: Actor, user: User, campaign: Campaign) -> Campaign:
    """Save a new or changed campaign; an entry. Raises Refused, BadInput (token, title).

    One that people were invited to is not removed but taken off the list that is offered.
    """
    campaign.token, campaign.title = campaign.token.strip(), " ".join(campaign.title.split())
    return _saved(actor, user, campaign, f"the campaign {campaign.title}")


def _saved(actor: Actor, user: User, rule: Rule, subject: str) -> Rule:
    _check_may(user)
    try:
        rule.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise BadInput(" ".join(messages), field="" if field == "__all__" else field) from None
    with transaction.atomic():
        kept = type(rule)._default_manager.select_for_update().filter(pk=rule.pk).first() if rule.pk else None
        before, now = _plain(kept), _plain(rule)
        rule.save()
        changed = {
            name: [before.get(name, ""), value] for name, value in now.items() if before.get(name) != value
        }
        if changed:
            record("referrals.rules.saved", actor=actor, subject=subject, details={"changed": changed})
    return rule


def _check_may(user: User) -> None:
    if not user.has_perm(MAY_RULE):
        raise Refused(_("Only an administrator can change the rules of inviting."))


def _where(rules: InviteRules) -> str:
    return rules.store.name if rules.store else "all stores"


def _plain(rule: models.Model | None) -> dict[str, Any]:
    """Values as text. The trail takes a bare "token" for a secret."""
    if rule is None:
        return {}
    names = {"token": "campaign"}
    values = ((field.name, field.value_from_object(rule)) for field in rule._meta.concrete_fields)
    return {
        names.get(name, name): "" if value is None else str(value) for name, value in values if name != "id"
    }
