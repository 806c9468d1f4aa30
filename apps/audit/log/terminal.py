"""Verifications at a terminal: no worker takes them up, so one that died there must hold nobody up."""

from datetime import datetime, timedelta

from django.utils import timezone

from apps.audit.canonical import moment
from apps.audit.models import Verification

# Longer than any step between two signs of life: the longest looks through the whole trail for one hole.
QUIET = timedelta(minutes=30)
State = Verification.State
UNFINISHED = (State.WAITING, State.RUNNING)


def sign_of_life() -> str:
    """What a verification notes after every step, see `is_dead`."""
    return moment(timezone.now())


def under_way() -> bool:
    """Whether any verification goes on, here or at a terminal: entries must not be moved under its hands."""
    return any(not is_dead(one) for one in Verification.objects.filter(state__in=UNFINISHED))


def is_dead(asked: Verification) -> bool:
    """True for one at a terminal that has given no sign of life for long. A worker's is gone on with by another."""
    if not asked.at_terminal or asked.state not in UNFINISHED:
        return False
    told = asked.progress.get("alive")
    last = datetime.fromisoformat(told) if told else asked.asked_at
    # One in the future was noted by a clock that was set back since.
    return abs(timezone.now() - last) > QUIET


def give_up(asked: Verification) -> None:
    """End one that nobody goes on with. What it found stays; of one that found nothing nothing is claimed."""
    if asked.state not in UNFINISHED:
        return
    if not asked.findings:
        asked.delete()
        return
    asked.state, asked.ended_at = State.BROKEN, timezone.now()
    asked.progress = ended(asked.progress)
    asked.save()


def ended(progress: dict[str, object]) -> dict[str, object]:
    """What is kept of how far it came."""
    return {"wrong": progress.get("wrong", 0), "warnings": progress.get("warnings", [])}


def give_up_dead() -> None:
    """The sweep: end those that died at their terminal."""
    for one in Verification.objects.filter(state__in=UNFINISHED, at_terminal=True):
        if is_dead(one):
            give_up(one)
