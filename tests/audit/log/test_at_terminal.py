"""A verification at a terminal: what becomes of it when it dies there, and what it may be asked for."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from apps.audit import key_check
from apps.audit.canonical import moment
from apps.audit.keeping.keeping import keep_house
from apps.audit.log import keys, sealer
from apps.audit.log.verifying import go_on, verify_waiting
from apps.audit.models import Archive, Entry, SigningKey, Verification
from tests.audit.log.conftest import plain, sealed_log, tamper, write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def old(house, settings, monkeypatch):
    """A log with an entry whose time has come to be archived."""
    settings.AUDIT_ARCHIVE_DIR = house / "archive"
    settings.AUDIT_KEEP_DAYS = {"calls": 400, "looks": 400, "acts": 2_555}
    with monkeypatch.context() as patched:
        patched.setattr(timezone, "now", lambda: datetime(2024, 3, 1, tzinfo=UTC))
        write(1)
    sealed_log(3)


def stopped(execute, sql, params, many, context):
    """Ctrl-C while the tree is looked at."""
    if 'FROM "audit_node"' in sql:
        raise KeyboardInterrupt
    return execute(sql, params, many, context)


def interrupted():
    with connection.execute_wrapper(stopped), pytest.raises(KeyboardInterrupt):
        call_command("audit", "verify", stdout=StringIO())


def test_one_that_is_interrupted_claims_nothing_and_holds_nothing_up(old):
    interrupted()
    assert not Verification.objects.exists()
    assert keep_house() == 1


def test_what_it_had_found_until_then_stays(old):
    tamper("UPDATE audit_checkpoint SET root = %s", bytes(32))
    interrupted()
    (ended,) = Verification.objects.all()
    assert (ended.state, ended.progress["wrong"]) == ("broken", len(ended.findings))
    assert ended.ended_at
    assert keep_house() == 1


@pytest.mark.parametrize("told", [True, False])
def test_one_that_was_killed_is_waited_for_no_longer_than_it_may_live(old, told):
    running = Verification.objects.create(state="running", at_terminal=True)

    def heard_of(minutes_ago):
        at = timezone.now() - timedelta(minutes=minutes_ago)
        Verification.objects.filter(pk=running.pk).update(
            asked_at=at, progress={"phase": "entries", **({"alive": moment(at)} if told else {})}
        )

    heard_of(20)
    verify_waiting()
    assert Verification.objects.filter(pk=running.pk).exists()
    assert keep_house() == 0
    heard_of(31)
    Verification.objects.filter(at_terminal=False).update(state="sound")
    assert keep_house() == 1
    assert Archive.objects.count() == 1
    verify_waiting()
    assert not Verification.objects.filter(pk=running.pk).exists()


def test_a_worker_s_is_waited_for_however_long_it_takes(old):
    Verification.objects.create(state="running", progress={"alive": "2020-01-01T00:00:00.000000Z"})
    assert keep_house() == 0


def test_it_shows_that_it_lives(old):
    asked = Verification.objects.create(at_terminal=True)
    while not asked.progress:
        go_on(asked, seconds=0.0001)
    assert asked.progress["alive"][:13] == moment(timezone.now())[:13]


def test_asking_is_an_entry(old):
    call_command("audit", "verify", "--first", "2", "--last", "3", stdout=StringIO())
    asked, entry = Verification.objects.get(), Entry.objects.get(action="trail.verification.asked")
    assert (entry.channel, entry.actor_role) == ("command", "Operator")
    assert entry.content["details"] == {"verification_id": asked.pk, "places": "2 – 3"}
    assert (asked.first, asked.last, asked.checked) == (1, 3, 2)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--first", "5"), "The log has 4 places."),
        (("--first", "3", "--last", "2"), "must come after"),
        (("--last", "0"), "must come after"),
        (("--first", "-2"), "The first place is 1."),
    ],
)
def test_a_range_that_is_none_is_no_success(old, options, words):
    with pytest.raises(CommandError, match=words):
        call_command("audit", "verify", *options, stdout=StringIO())
    assert not Verification.objects.exists()


@pytest.fixture
def another_key(settings):
    """As a shell that was given another key: nothing can be written into the trail."""

    @contextmanager
    def given():
        right, settings.AUDIT_KEY = settings.AUDIT_KEY, "x" * 40
        key_check.look(connection)
        yield
        settings.AUDIT_KEY = right
        key_check.look(connection)

    return given


def test_with_another_key_nothing_is_said_of_the_trail(old, another_key):
    with another_key(), pytest.raises(CommandError, match="CONSOLE_AUDIT_KEY is not the key"):
        call_command("audit", "verify", stdout=StringIO())
    assert not Verification.objects.exists()


def test_a_hand_over_of_the_key_needs_its_entry(old, another_key):
    before = keys.signer().verifier
    with another_key(), pytest.raises(CommandError, match="CONSOLE_AUDIT_KEY is not the key"):
        call_command("audit", "rotate-key", stdout=StringIO())
    assert SigningKey.objects.count() == 1
    assert keys.signer().verifier == before
    write(1, make=plain)
    assert sealer.seal().count == 1
    call_command("audit", "rotate-key", stdout=StringIO())
    entry = Entry.objects.get(action="trail.key.handed_over")
    assert entry.content["details"]["key"] == str(SigningKey.objects.latest("pk"))
