"""The machinery: database, broker, worker, clock and the sweeps they run."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.formats import age
from apps.operations.health.check import Check
from apps.operations.models import Heartbeat, SweepLease
from apps.operations.schedule import HEARTBEAT_SECONDS

QUIET_AFTER = timedelta(seconds=4 * HEARTBEAT_SECONDS)
BROKER_SECONDS = 2
PROBE_MS = 1000


def database() -> Check:
    """Without a writable database no trace can be kept, so nothing leaves: that is not well."""
    title = gettext_lazy("Database")
    if not database_answers():
        return Check(title, "bad", _("The database does not answer."))
    if not database_writes():
        return Check(title, "bad", _("The database takes no changes. Nothing is sent until it does."))
    return Check(title, "ok", _("The database answers and takes changes."), note=connection.display_name)


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def database_writes() -> bool:
    """Whether a change would be taken now: one that changes no row, with a short patience for locks."""
    try:
        with short_patience(), transaction.atomic():
            Heartbeat.objects.filter(name="").update(version="")
    except DatabaseError:
        return False
    return True


@contextmanager
def short_patience() -> Iterator[None]:
    """A probe does not wait as long for SQLite's one writer as work does."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        patience = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {PROBE_MS}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(patience)}")


def broker() -> Check:
    """Whether a connection opens; nothing is sent and nothing is taken from the queue."""
    title = gettext_lazy("Message broker")
    link = current_app.connection_for_read(connect_timeout=BROKER_SECONDS)
    try:
        link.ensure_connection(max_retries=1, timeout=BROKER_SECONDS)
    except Exception:  # each transport has errors of its own
        sentence = _("The broker cannot be reached. Nothing is lost: work waits in the database.")
        return Check(title, "bad", sentence)
    finally:
        link.release()
    kind = settings.CELERY_BROKER_URL.partition(":")[0]
    return Check(title, "ok", _("The broker can be reached."), note=BROKERS.get(kind, kind))


BROKERS = {
    "filesystem": "Folder",
    "redis": "Redis",
    "rediss": "Redis",
    "amqp": "RabbitMQ",
    "amqps": "RabbitMQ",
}


def worker() -> Check:
    return heartbeat(
        Heartbeat.Name.WORKER,
        gettext_lazy("Worker"),
        missing=_("No worker has ever reported. Start one, or long work waits."),
        quiet=_("The last sign of life of a worker came %(age)s. Long work waits until one reports."),
    )


def clock() -> Check:
    return heartbeat(
        Heartbeat.Name.BEAT,
        gettext_lazy("Clock"),
        missing=_("The clock (beat) has never reported. Start it, or nothing is checked by itself."),
        quiet=_("The clock (beat) last rang %(age)s. Nothing is checked by itself until it runs."),
    )


def heartbeat(name: str, title: Promise, *, missing: str, quiet: str) -> Check:
    """The newest sign of life of this kind of process on any machine."""
    last = Heartbeat.objects.filter(name=name).order_by("-at").first()
    if last is None:
        return Check(title, "bad", missing)
    if timezone.now() - last.at > QUIET_AFTER:
        return Check(title, "bad", quiet % {"age": age(last.at)}, note=last.hostname)
    return Check(title, "ok", _("The last sign of life came %(age)s.") % {"age": age(last.at)}, last.hostname)


def sweeps() -> Check:
    title = gettext_lazy("Sweeps")
    failed = list(SweepLease.objects.exclude(error="").values_list("name", flat=True))
    if failed:
        sentence = _("The last run of these failed: %(names)s. They are tried again by themselves.")
        return Check(title, "warn", sentence % {"names": ", ".join(failed).replace("_", " ")})
    last = SweepLease.objects.order_by("-finished_at").exclude(finished_at=None).first()
    if last is None:
        return Check(title, "warn", _("No sweep has run yet."))
    return Check(
        title, "ok", _("Every sweep ended well; the last one %(age)s.") % {"age": age(last.finished_at)}
    )
