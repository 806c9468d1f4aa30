"""The rules of inviting and the campaigns: which hold, and changing them."""

from django.db.models import F, Q

from apps.audit.actor import Actor
from apps.referrals.models import Campaign, InviteRules
from apps.staff.models import Store, User


def rules_for(store: Store | None) -> InviteRules:
    """The store's own rules, else those for all, else the defaults (unsaved). One query."""
    here = Q(store=None) | Q(store=store) if store else Q(store=None)
    rows = InviteRules.objects.filter(here).order_by(F("store").asc(nulls_last=True))
    return rows.first() or InviteRules()


def save_rules(*, actor: Actor, user: User, rules: InviteRules) -> InviteRules:
    """Save new or changed rules; an entry with what was and what is. Raises Refused, BadInput with its field."""
    raise NotImplementedError


def remove_rules(*, actor: Actor, user: User, rules: InviteRules) -> None:
    """Remove the rules of one store: those for all hold there again. Raises Refused."""
    raise NotImplementedError


def save_campaign(*, actor: Actor, user: User, campaign: Campaign) -> Campaign:
    """Save a new or changed campaign; an entry. Raises Refused, BadInput (token, title)."""
    raise NotImplementedError
