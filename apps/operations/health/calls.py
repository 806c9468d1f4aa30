"""How the outside answers, read from the trail: it holds the calls of all processes."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.audit.models import Entry
from apps.audit.sweeping import longest_call
from apps.operations.health.check import Check

RECENT = timedelta(minutes=5)
LONG_AGO = timedelta(days=1)
MOST_READ = 2000
MOST_COUNTED = 100
MANY_FAIL = 0.2
# The client gives up after the longest call and the sweep closes soon after: only what is older is odd.
GRACE = timedelta(minutes=2)


def outside() -> Check:
    """Calls, failures and the 95th percentile of the last five minutes."""
    title = gettext_lazy("Capillary")
    recent = Entry.objects.filter(
        action__in=["call.answered", "call.unanswered"], at__gte=timezone.now() - RECENT
    ).order_by("-id")
    seen = list(recent.values_list("status", "latency_ms")[:MOST_READ])
    if not seen:
        return Check(title, "ok", _("Nobody has asked Capillary anything in the last 5 minutes."))
    failed = sum(1 for status, _latency in seen if status is None or status >= 500 or status == 429)
    figures = {
        "calls": len(seen),
        "failed": failed,
        "p95": p95([ms for _status, ms in seen if ms is not None]),
    }
    tone = "ok" if not failed else "bad" if failed > len(seen) * MANY_FAIL else "warn"
    sentence = ngettext(
        "%(calls)s call in the last 5 minutes, %(failed)s failed; 95 of 100 were answered within %(p95)s ms.",
        "%(calls)s calls in the last 5 minutes, %(failed)s failed; 95 of 100 were answered within %(p95)s ms.",
        len(seen),
    )
    return Check(title, tone, sentence % figures)


def p95(latencies: list[int]) -> int | str:
    """The 95th percentile; a dash when nothing was measured."""
    ordered = sorted(latencies)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] if ordered else "–"


def open_calls() -> Check:
    """Calls of the last day whose second half is missing although their deadline has long passed."""
    title = gettext_lazy("Trail")
    now = timezone.now()
    sent = Entry.objects.between(now - LONG_AGO, now - longest_call() - GRACE)
    waiting = sent.without_second_half().order_by()[:MOST_COUNTED].count()
    if not waiting:
        return Check(title, "ok", _("Every call has both halves in the trail."))
    sentence = ngettext(
        "%(count)s call waits for its second half. The worker closes it as not known.",
        "%(count)s calls wait for their second half. The worker closes them as not known.",
        waiting,
    )
    return Check(title, "warn", sentence % {"count": f"{waiting}+" if waiting == MOST_COUNTED else waiting})
