"""Tells whoever sent an invitation what became of it, when that was not known at once."""

from django.urls import NoReverseMatch, reverse
from django.utils.translation import ngettext

from apps.operations.notices import tell_end
from apps.referrals.models import Invitation


def people(count: int) -> str:
    """``3 people``, ``1 person``."""
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": count}


def url_of(invitation: Invitation) -> str:
    """The page of an invitation."""
    return address("invitation", invitation.pk)


def address(name: str, pk: int) -> str:
    """An address of this room, "" while it has no such page."""
    try:
        return reverse(f"referrals:{name}", args=[pk])
    except NoReverseMatch:
        return ""


def tell_settled(invitation: Invitation, *, was: str) -> None:
    """A notice for the person, in the caller's transaction, if they left it without knowing."""
    about = f"{invitation.number}, {people(invitation.asked)}"
    tell_end(invitation, was=was, about=about, url=url_of(invitation), user_id=invitation.user_id)
