"""Checkpoints and verifications as people see them, and that asking for one is an act."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.audit.log import sealer
from apps.audit.log.verifying import verify_waiting
from apps.audit.models import Checkpoint, Entry, SealMark, Suspect, Verification
from apps.audit.services import record
from apps.audit.standing import place_of, standing
from apps.operations.health.sealing import sealing
from tests.audit.conftest import unwritable
from tests.support.trail import without_triggers

pytestmark = [pytest.mark.django_db, pytest.mark.alike]


@pytest.fixture
def sealed(asha):
    """Three entries under one checkpoint."""
    entries = [record("trail.viewed", actor=asha, details={"filters": "everything"}) for _ in range(3)]
    sealer.seal_all()
    return entries


@pytest.fixture
def reader(client, auditor):
    client.force_login(auditor)
    return client


def finish():
    while verify_waiting() and Verification.objects.filter(ended_at=None).exists():
        pass


def test_the_note_is_served_byte_for_byte(reader, sealed):
    point = Checkpoint.objects.get()
    page = reader.get(reverse("audit:checkpoint", args=[point.size]))
    assert point.root_hex in page.content.decode()
    # Many fall into one minute.
    second = f"{timezone.localtime(point.at):%H:%M:%S}"
    for shown in (page, reader.get(reverse("audit:checkpoints"))):
        assert re.search(rf">[^<]*{second}[^<]*</time>", shown.content.decode())
    answer = reader.get(reverse("audit:checkpoint_note", args=[point.size]))
    assert answer.content.decode() == point.note
    assert answer["Content-Disposition"] == f'attachment; filename="checkpoint-{point.size}.txt"'


def log_views():
    views = Entry.objects.filter(action="trail.log.viewed").order_by("pk")
    return [one.content["details"]["what"] for one in views]


def test_reading_of_the_log_is_an_entry_each_time(reader, sealed, auditor):
    asked = Verification.objects.create(state="sound", size=3)
    reader.get(reverse("audit:checkpoints"))
    reader.get(reverse("audit:checkpoints"), {"before": "2000"})
    reader.get(reverse("audit:checkpoint", args=[3]))
    reader.get(reverse("audit:checkpoint_note", args=[3]))
    reader.get(reverse("audit:verification", args=[asked.pk]))
    assert log_views() == [
        "checkpoints",
        "checkpoints of less than 2,000 entries",
        "the checkpoint over 3 entries",
        "the note of the checkpoint over 3 entries",
        f"verification {asked.pk}",
    ]
    assert set(Entry.objects.filter(action="trail.log.viewed").values_list("actor_id", flat=True)) == {
        auditor.pk
    }


def test_whoever_watches_a_verification_leaves_one_entry_and_one_for_its_end(reader, sealed):
    asked = Verification.objects.create(state="running")
    address = reverse("audit:verification", args=[asked.pk])
    # A request that only says it goes on watching shows nothing without an entry.
    reader.get(address, headers={"HX-Request": "true"})
    for _ in range(3):
        reader.get(address, headers={"HX-Request": "true"})
    assert len(log_views()) == 1
    Verification.objects.update(state="broken", findings=[{"entry": 1, "index": 0, "what": "it is gone"}])
    assert "it is gone" in reader.get(address, headers={"HX-Request": "true"}).content.decode()
    assert len(log_views()) == 2


@pytest.mark.django_db(transaction=True)
def test_a_page_of_the_log_that_cannot_be_written_down_is_not_shown(reader, sealed):
    with unwritable():
        assert reader.get(reverse("audit:checkpoints")).status_code == 503


def test_verify_now_is_an_entry_and_ends_in_words(reader, sealed, auditor):
    answer = reader.post(reverse("audit:verify"), follow=True)
    asked = Verification.objects.get()
    assert answer.request["PATH_INFO"] == reverse("audit:verification", args=[asked.pk])
    assert "every 2s" in answer.content.decode()
    entry = Entry.objects.get(action="trail.verification.asked")
    assert entry.content["details"]["verification_id"] == asked.pk
    finish()
    page = reader.get(reverse("audit:verification", args=[asked.pk])).content.decode()
    assert "Nothing was changed" in page
    assert "every 2s" not in page


def test_one_at_a_terminal_is_not_the_one_that_is_asked_for(reader, sealed):
    Verification.objects.create(at_terminal=True)
    reader.post(reverse("audit:verify"))
    assert list(Verification.objects.order_by("pk").values_list("at_terminal", flat=True)) == [True, False]


def test_asking_twice_while_one_is_under_way_is_one(reader, sealed):
    for _ in range(2):
        reader.post(reverse("audit:verify"))
    assert Verification.objects.count() == 1
    reader.post(reverse("audit:verify"), {"first": "1", "last": "2"})
    assert list(Verification.objects.order_by("pk").values_list("first", "last")) == [(None, None), (0, 2)]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("9", "", "The log has 3 places."),
        ("0", "", "At least 1 is needed."),
        ("x", "", "whole number"),
        ("3", "2", "must come after"),
    ],
)
def test_a_range_that_is_none_is_told_beside_the_field_and_kept(reader, sealed, first, last, words):
    answer = reader.post(reverse("audit:verify"), {"first": first, "last": last})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert f'value="{first}"' in page
    # The page opens where it is wrong: the fields stand below many checkpoints.
    assert re.findall(r'<input[^>]*name="(\w+)"[^>]*autofocus', page) == ["last" if last else "first"]
    assert not Verification.objects.exists()


def test_nothing_is_asked_for_when_it_cannot_be_written_down(reader, sealed):
    with unwritable():
        answer = reader.post(reverse("audit:verify"))
    assert answer.status_code == 503
    assert not Verification.objects.exists()


@pytest.mark.parametrize("person", ["agent", "manager"])
def test_who_may_not_read_the_trail_may_not_see_how_it_stands(client, request, sealed, person):
    client.force_login(request.getfixturevalue(person))
    assert client.get(reverse("audit:checkpoints")).status_code == 403
    assert client.post(reverse("audit:verify")).status_code == 403


def test_a_change_is_named_with_its_entry(reader, sealed):
    from django.db import connection

    with without_triggers(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_entry SET reason = 'x' WHERE id = %s", [sealed[1].pk])
    reader.post(reverse("audit:verify"))
    finish()
    asked = Verification.objects.get()
    page = reader.get(reverse("audit:verification", args=[asked.pk])).content.decode()
    assert "1 thing is wrong" in page
    assert f">Entry {sealed[1].pk}<" in page
    assert "what is searched was changed: reason" in page
    assert "The trail was changed" in reader.get(reverse("audit:checkpoints")).content.decode()
    assert standing().tone == "bad"


def test_an_entry_tells_its_place_or_that_it_waits(asha, sealed):
    place = place_of(sealed[2])
    assert (place.position, place.checkpoint.size) == (3, 3)
    waits = record("trail.viewed", actor=asha, details={"filters": "everything"})
    assert place_of(waits).checkpoint is None
    Suspect.objects.create(entry_id=waits.pk, why="its content does not fit its seal")
    assert place_of(waits).why == "its content does not fit its seal"


def test_what_waits_too_long_is_told(asha, sealed):
    from datetime import timedelta

    from django.utils import timezone

    with without_triggers():
        Checkpoint.objects.update(at=timezone.now() - timedelta(days=2))
    entry = record("trail.viewed", actor=asha, details={"filters": "everything"})
    # A quiet night, and the first entry of the morning.
    assert (standing().waiting, standing().late, standing().tone) == (1, False, "ok")
    with without_triggers():
        Entry.objects.filter(pk=entry.pk).update(at=timezone.now() - timedelta(minutes=2))
    assert standing().late
    assert standing().tone == "warn"


def test_the_page_asks_few_questions_whatever_there_is(reader, asha, sealed, django_assert_max_num_queries):
    for _ in range(5):
        record("trail.viewed", actor=asha, details={"filters": "everything"})
        sealer.seal_all()
    SealMark.objects.update(whole_look_at=None)
    with django_assert_max_num_queries(20):
        reader.get(reverse("audit:checkpoints"))


def test_a_verification_of_every_day_is_asked_for_by_the_clock(sealed):
    assert verify_waiting() == 1
    finish()
    asked = Verification.objects.get()
    assert (asked.asked_by, asked.state, asked.checked) == (None, "sound", 3)
    assert verify_waiting() == 0


@pytest.mark.parametrize(
    "other", [{"first": 0, "last": 1}, {"at_terminal": True, "progress": {}}, {"last": 2}]
)
def test_no_other_verification_stands_for_that_of_the_day(sealed, other):
    Verification.objects.create(state="sound", **other)
    assert verify_waiting() == 1
    finish()
    whole = Verification.objects.get(first=None, last=None, at_terminal=False)
    assert (whole.state, whole.checked) == ("sound", 3)
    assert verify_waiting() == 0


def test_one_of_tomorrow_does_not_put_off_that_of_the_day(sealed):
    from datetime import timedelta

    from django.utils import timezone

    asked = Verification.objects.create(state="sound")
    Verification.objects.filter(pk=asked.pk).update(asked_at=timezone.now() + timedelta(days=3_000))
    assert verify_waiting() == 1


@pytest.mark.parametrize("other", [{"first": 0, "last": 1}, {"at_terminal": True}, {"state": "running"}])
def test_whatever_verification_finds_something_is_told_until_all_is_sound(reader, sealed, other):
    Verification.objects.create(state="sound")
    assert standing().tone == "ok"
    found = {"entry": sealed[0].pk, "index": 0, "what": "it is gone"}
    broken = Verification.objects.create(**{"state": "broken", "findings": [found]} | other)
    Verification.objects.create(state="sound", first=1, last=2)
    Verification.objects.create(state="sound", at_terminal=True)
    assert (standing().tone, standing().broken) == ("bad", broken)
    page = reader.get(reverse("audit:trail")).content.decode()
    assert "The trail was changed" in page
    assert reverse("audit:verification", args=[broken.pk]) in page
    assert sealing().tone == "bad"
    Verification.objects.create(state="sound")
    assert standing().tone == "ok"
