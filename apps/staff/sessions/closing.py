"""Closing sessions: the row goes, and the next request with its cookie is a stranger's."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils import timezone

from apps.staff.session_models import HeldForm, OpenSession, ResetLink

if TYPE_CHECKING:
    from apps.staff.models import User


def close(sessions: QuerySet[OpenSession]) -> int:
    """Delete these, with the forms that wait in them; how many there were."""
    found = dict(sessions.values_list("pk", "opening"))
    HeldForm.objects.filter(opening__in=[one for one in found.values() if one]).delete()
    gone, _kinds = OpenSession.objects.filter(pk__in=list(found)).delete()
    return gone


def close_all_but(person: "User", keep: str | None = None) -> int:
    """All sessions of a person but the one with this hash; how many there were."""
    return close(OpenSession.objects.filter(person=person).exclude(pk=keep or ""))


def forget_old(longest: timedelta) -> int:
    """Delete forms that waited longer than any session lasts, and old links for a new password; how many."""
    now = timezone.now()
    forms, _kinds = HeldForm.objects.filter(made_at__lt=now - longest).delete()
    # For a day a link that has run out still says so.
    links, _kinds = ResetLink.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
    return forms + links
