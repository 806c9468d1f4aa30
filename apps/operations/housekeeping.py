"""Sweeps for the rooms below, which know nothing of this one, for old notices, and for long work."""

from datetime import timedelta
from importlib import import_module

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.utils import timezone

from apps.audit.sweeping import close_open_calls
from apps.operations import notices
from apps.operations.sweeps import register
from apps.operations.work import dispatching, ending, following, retiring

HOUR = 3600.0


def clear_sessions() -> int:
    """Delete sessions that have run out."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return 0


def clear_sign_in_attempts() -> int:
    """Delete wrong sign-ins that no longer count against anybody."""
    pause = get_cool_off() or timedelta(0)
    deleted, _by_model = AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - pause).delete()
    return int(deleted)


def steer_work() -> int:
    """Messages for what waits, first of all: nobody's trouble holds up the others. Then what people wanted to stop,
    and what was cancelled."""
    sent = dispatching.dispatch()
    return sent + ending.stop_wanted() + following.clear_cancelled()


register("close_open_calls", close_open_calls, every_seconds=30)
register("clear_sessions", clear_sessions, every_seconds=HOUR)
register("clear_sign_in_attempts", clear_sign_in_attempts, every_seconds=HOUR)
register("prune_notices", notices.prune, every_seconds=HOUR)
# A worker killed at it must not hold up all long work for two minutes; a second one beside it does no harm.
register("operations.dispatch", steer_work, every_seconds=2, lease_seconds=20)
register("operations.follow", following.follow, every_seconds=5)
register("operations.retire", retiring.retire, every_seconds=HOUR)
