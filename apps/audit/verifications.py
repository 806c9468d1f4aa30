"""Asking for a verification: an act of its own in the trail."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.models import Checkpoint, Verification
from apps.audit.services import record
from apps.core import kept
from apps.core.errors import BadInput

UNFINISHED = (Verification.State.WAITING, Verification.State.RUNNING)


def ask_to_verify(
    *, actor: Actor, user: AbstractBaseUser, first: int | None = None, last: int | None = None
) -> Verification:
    """Ask for everything, or for places first … last of the log (last not included); a worker begins at once.

    What is asked for already and has not ended is not asked for twice.
    Raises: BadInput (last) when the range is none
    """
    if first is not None and last is not None and last <= first:
        raise BadInput(_("The last place must come after the first."), field="last")
    size = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
    if first is not None and first >= size:
        words = _("The log has %(size)s places.") % {"size": kept.number(size)}
        raise BadInput(words, field="first")
    with transaction.atomic():
        same = Verification.objects.select_for_update().filter(state__in=UNFINISHED, first=first, last=last)
        if found := same.order_by("pk").first():
            return found
        asked = Verification.objects.create(asked_by_id=user.pk, first=first, last=last)
        record(
            "trail.verification.asked",
            actor=actor,
            details={"verification_id": asked.pk, "first": first, "last": last},
        )
    return asked
