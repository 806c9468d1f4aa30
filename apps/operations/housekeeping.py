"""Sweeps for the rooms below, which know nothing of this one, for old notices, and for long work."""

from datetime import timedelta
from importlib import import_module

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.utils import timezone

from apps.audit.keeping.keeping import keep_house
from apps.audit.log.verifying import verify_waiting
from apps.audit.subject_requests.working import go_on
from apps.audit.sweeping import close_open_calls
from apps.audit.watch.looking import look
from apps.operations import notices
from apps.operations.sweeps import register
from apps.operations.webhooks import sending
from apps.operations.work import dispatching, ending, following, retiring
from apps.staff import strangers
from apps.staff.api.once import forget_answers
from apps.staff.confirming.deciding import end_old
from apps.staff.letters import posting as letters
from apps.staff.people_csv.rows import forget_files
from apps.staff.review.opening import open_due
from apps.staff.review.signing import sign_waiting
from apps.staff.sessions.closing import forget_old

HOUR = 3600.0


def clear_sessions() -> int:
    """Delete sessions that have run out, forms that waited in one, and links for a new password that nobody used."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return forget_old(timedelta(hours=settings.CONSOLE_SESSION_HOURS))


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
register("staff.changes", end_old, every_seconds=300)
register("audit.watch", look, every_seconds=60)
# A slice takes 20 s; what a killed worker held is taken up again soon.
register("verify_trail", verify_waiting, every_seconds=5, lease_seconds=60)
# A large pack may take minutes: it renews its own claim, so a second run beside it goes past it.
register("audit.subject_requests", go_on, every_seconds=5)
register("staff.access_review", open_due, every_seconds=300)
register("staff.sign_reviews", sign_waiting, every_seconds=30)
register("audit.keep", keep_house, every_seconds=300)
register("staff.strangers", strangers.tell, every_seconds=30)
register("staff.forget_people_files", forget_files, every_seconds=HOUR)
register("clear_sessions", clear_sessions, every_seconds=HOUR)
register("clear_sign_in_attempts", clear_sign_in_attempts, every_seconds=HOUR)
register("forget_api_answers", forget_answers, every_seconds=HOUR)
# People wait for the mail with their link.
register("staff.letters", letters.send_due, every_seconds=3)
register("prune_notices", notices.prune, every_seconds=HOUR)
# A worker killed at it must not hold up all long work for two minutes; a second one beside it does no harm.
register("operations.dispatch", steer_work, every_seconds=2, lease_seconds=20)
register("operations.follow", following.follow, every_seconds=5)
register("operations.webhooks", sending.send_due, every_seconds=3)
register("operations.forget_webhooks", sending.forget_old, every_seconds=HOUR)
register("operations.retire", retiring.retire, every_seconds=HOUR)
