"""Asking for a verification: an act of its own in the trail."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.actor import Actor
from apps.audit.log.terminal import UNFINISHED
from apps.audit.models import Checkpoint, Verification
from apps.audit.services import record
from apps.core import kept
from apps.core.errors import BadInput


def ask_to_verify(
    *, actor: Actor, user: AbstractBaseUser, first: int | None = None, last: int | None = None
) -> Verification:
    """Ask for everything, or for places first … last of the log (last not included); a worker begins at once.

    What is asked for already and has not ended is not asked for twice.
    Raises: BadInput (first, last) when the range is none
    """
    _check_range(first, last)
    with transaction.atomic():
        # One at a terminal looks at less when it is quick, and dies with its terminal: it stands for none of these.
        same = Verification.objects.select_for_update().filter(
            state__in=UNFINISHED, first=first, last=last, at_terminal=False
        )
        if found := same.order_by("pk").first():
            return found
        return _asked(actor, Verification(asked_by_id=user.pk, first=first, last=last))


def ask_at_terminal(*, actor: Actor, first: int | None = None, last: int | None = None) -> Verification:
    """The same for somebody at a terminal, who goes on with it there.

    Raises: BadInput when the range is none; TraceUnavailable
    """
    _check_range(first, last)
    with transaction.atomic():
        return _asked(actor, Verification(first=first, last=last, at_terminal=True))


def _check_range(first: int | None, last: int | None) -> None:
    if (first or 0) < 0:
        raise BadInput(_("The first place is 1."), field="first")
    if last is not None and last <= (first or 0):
        raise BadInput(_("The last place must come after the first."), field="last")
    size = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
    if first is not None and first >= size:
        words = _("The log has %(size)s places.") % {"size": kept.number(size)}
        raise BadInput(words, field="first")


def _asked(actor: Actor, asked: Verification) -> Verification:
    asked.save()
    record(
        "trail.verification.asked",
        actor=actor,
        details={"verification_id": asked.pk, **_places(asked)},
    )
    return asked


def _places(asked: Verification) -> dict[str, str]:
    """The range as people count places, from one; nothing for everything."""
    if asked.first is None and asked.last is None:
        return {}
    last = _("the end") if asked.last is None else kept.number(asked.last)
    return {"places": f"{kept.number((asked.first or 0) + 1)} – {last}"}
