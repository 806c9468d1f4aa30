"""What the health page says about each part: a badge's word, a sentence, never a secret."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from celery import current_app
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.formats import age
from apps.operations.models import Heartbeat, SweepLease
from apps.operations.schedule import HEARTBEAT_SECONDS

QUIET_AFTER = timedelta(seconds=4 * HEARTBEAT_SECONDS)
BROKER_SECONDS = 2


@dataclass(frozen=True)
class Check:
    """One part: title, a word with its tone (ok, warn or bad), and what is true in a sentence."""

    title: str | Promise
    tone: str
    sentence: str
    note: str = ""

    @property
    def word(self) -> str:
        return {"ok": _("Well"), "warn": _("Look at this"), "bad": _("Not working")}[self.tone]

    @property
    def icon(self) -> str:
        return {"ok": "circle-check", "warn": "alert-triangle", "bad": "circle-x"}[self.tone]


def database() -> Check:
    title = gettext_lazy("Database")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return Check(title, "bad", _("The database does not answer."))
    return Check(title, "ok", _("The database answers."), note=connection.display_name)


def broker() -> Check:
    """Reachable or not; asks nothing of the queue."""
    title = gettext_lazy("Message broker")
    try:
        with current_app.connection_for_read() as link:
            link.ensure_connection(max_retries=1, timeout=BROKER_SECONDS, errback=None)
            transport = str(link.transport.driver_type)
    except Exception:
        return Check(
            title,
            "bad",
            _("The broker cannot be reached. Nothing is lost: the work waits in the database."),
        )
    return Check(title, "ok", _("The broker can be reached."), note=transport)


def heartbeat(name: str, title: Promise, missing: str, quiet: str) -> Check:
    last = Heartbeat.objects.filter(name=name).order_by("-at").first()
    if last is None:
        return Check(title, "bad", missing)
    passed = timezone.now() - last.at
    if passed > QUIET_AFTER:
        return Check(title, "bad", quiet % {"age": age(last.at)}, note=last.hostname)
    return Check(title, "ok", _("Last sign of life %(age)s.") % {"age": age(last.at)}, note=last.hostname)


def worker() -> Check:
    return heartbeat(
        Heartbeat.Name.WORKER,
        gettext_lazy("Worker"),
        _("No worker has ever reported. Start one, or long work waits."),
        _("No worker has reported since %(age)s. Long work waits until one does."),
    )


def clock() -> Check:
    return heartbeat(
        Heartbeat.Name.BEAT,
        gettext_lazy("Clock"),
        _("The clock (beat) has never reported. Start it, or nothing is checked by itself."),
        _("The clock (beat) last rang %(age)s. Nothing is checked by itself until it runs."),
    )


def sweeps() -> Check:
    title = gettext_lazy("Sweeps")
    failed = list(SweepLease.objects.exclude(error="").values_list("name", flat=True))
    if failed:
        return Check(title, "warn", _("The last run failed of: %(names)s.") % {"names": ", ".join(failed)})
    return Check(title, "ok", _("Every sweep ended well the last time."))


CHECKS: list[Callable[[], Check]] = [database, broker, worker, clock, sweeps]


def checks() -> list[Check]:
    """Every part in the order a person would look."""
    return [one() for one in CHECKS]
