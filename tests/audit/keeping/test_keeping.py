"""Retention: what is old goes into a file that proves itself, and only then out of the database."""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from apps.audit import texts, verify_export
from apps.audit.actions import action_named
from apps.audit.keeping import files, removing, writing
from apps.audit.keeping.removing import remove_archived
from apps.audit.log import sealer
from apps.audit.models import Archive, Entry, EntryIdentifier, EntryText, Leaf, SigningKey, Suspect
from console import env
from tests.core.test_env import GOOD
from tests.support.trail import without_triggers

CALLS = ("call.sent", "call.answered")
SOUND, BROKEN = "sound", "broken"


def texts_left():
    return set(EntryText.objects.values_list("entry_id", flat=True))


def words(verification):
    return " ".join(one["what"] for one in verification.findings)


def test_old_calls_and_looks_go_into_files_and_the_log_still_verifies(house):
    house.write(calls=3, looks=2, acts=2)
    assert texts.catch_up()
    assert texts_left()
    house.write(calls=1, looks=1, acts=1, at=timezone.now() - timedelta(days=30))
    before = Leaf.objects.count()
    house.keep(4)
    assert house.left(*CALLS) == 2
    assert texts_left() <= set(Entry.objects.values_list("pk", flat=True))
    assert house.left("customer.viewed") == 1
    assert house.left("customer.revealed") == 3
    assert {one.kind: (one.entries, one.month.isoformat()) for one in Archive.objects.all()} == {
        "calls": (6, "2024-03-01"),
        "looks": (2, "2024-03-01"),
    }
    assert Archive.objects.filter(removed_at=None).count() == 0
    assert Leaf.objects.count() == before + 2
    assert not EntryIdentifier.objects.exclude(entry__in=Entry.objects.values("pk")).exists()
    checked = house.verify()
    assert (checked.state, checked.findings) == (SOUND, [])
    assert checked.progress["warnings"] == []
    assert house.keep() == 0


def test_the_sealed_trail_names_each_file_and_its_hash(house):
    house.write(calls=1)
    house.keep()
    (archive,) = Archive.objects.all()
    told = Entry.objects.get(action="trail.archived")
    assert archive.entry_id == told.pk
    details = told.content["details"]
    assert (details["file"], details["file_sha256"]) == (archive.name, archive.sha256)
    assert details["record_sha256"] == archive.record
    assert files.digest_of(archive.name) == archive.sha256
    assert action_named("trail.archived").kept == "always"


def test_an_auditor_s_program_checks_the_file_without_the_console(house):
    house.write(calls=2, acts=2)
    exact = {bytes(one.payload) for one in Entry.objects.filter(action__in=CALLS)}
    house.keep(2)
    path = files.folder() / Archive.objects.get().name
    key = SigningKey.objects.get().vkey
    done = subprocess.run(
        [sys.executable, verify_export.__file__, str(path), "--key", key],
        capture_output=True, text=True, timeout=60, cwd="/",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "4 entries" in done.stdout
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    assert {verify_export.decoded(one["bytes"], "it") for one in lines[1:-1]} == exact
    forged = path.read_bytes().replace(b'"gone":0', b'"gone":1')
    other = path.with_name("forged.jsonl")
    other.write_bytes(forged)
    assert verify_export.main([str(other)]) == 1


def test_what_is_younger_than_its_time_stays_and_nought_is_for_ever(house, settings):
    house.write(calls=1, at=timezone.now() - timedelta(days=380))
    assert house.keep() == 0
    house.write(calls=1, acts=1)
    settings.AUDIT_KEEP_DAYS = {"calls": 0, "looks": 0, "acts": 0}
    assert house.keep() == 0
    assert house.left(*CALLS) == 4


def test_a_month_goes_only_when_all_of_it_is_old(house, settings):
    house.write(calls=1, at=datetime(2024, 1, 31, 23, 59, tzinfo=UTC))
    limit = datetime(2024, 2, 1, tzinfo=UTC) + timedelta(days=400)
    with house.at(limit - timedelta(minutes=1)):
        assert house.keep() == 0
    with house.at(limit):
        assert house.keep() == 2


def test_acts_go_last_and_what_vouches_for_files_never_goes(house):
    house.write(calls=1, acts=2, at=datetime(2016, 5, 2, tzinfo=UTC))
    house.keep(4)
    assert house.left("customer.revealed") == 0
    assert house.left("trail.archived") == 2
    with house.at(timezone.now() + timedelta(days=9_000)):
        house.keep(4)
        assert house.left("trail.archived") >= 2
    assert house.verify().state == SOUND


def test_much_goes_in_parts(house, monkeypatch):
    monkeypatch.setattr(writing, "MOST", 4)
    house.write(calls=5)
    house.keep(8)
    assert list(Archive.objects.values_list("part", "entries")) == [(1, 4), (2, 4), (3, 2)]
    assert house.left(*CALLS) == 0
    assert house.verify().state == SOUND


def test_two_workers_at_once_do_not_archive_the_same_entries_twice(house, monkeypatch):
    house.write(calls=2)
    plain, other = files.write, []

    def meanwhile(*args, **values):
        if not other:
            other.append(None)
            other[0] = writing.archive_next()
        return plain(*args, **values)

    monkeypatch.setattr(files, "write", meanwhile)
    with pytest.raises(files.KeepingTrouble, match="Another worker"):
        house.keep()
    assert list(Archive.objects.all()) == other
    assert Entry.objects.filter(action="trail.archived").count() == 1
    sealer.seal_all()
    house.keep(2)
    assert house.left(*CALLS) == 0
    assert house.verify().state == SOUND


def test_nothing_moves_while_a_verification_runs(house):
    from apps.audit.models import Verification

    house.write(calls=1)
    waiting = Verification.objects.create()
    assert house.keep() == 0
    waiting.delete()
    assert house.keep() == 2


# What a crash leaves


def test_a_crash_after_the_file_leaves_every_entry_and_it_is_archived_again(house, monkeypatch):
    house.write(calls=2)

    def dies(*_args, **_values):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(writing, "record", dies)
        with pytest.raises(KeyboardInterrupt):
            house.keep()
    assert len(list(files.folder().iterdir())) == 1
    assert (Archive.objects.count(), house.left(*CALLS)) == (0, 4)
    assert house.verify().state == SOUND
    house.keep(2)
    assert (Archive.objects.count(), house.left(*CALLS)) == (1, 0)
    assert house.verify().state == SOUND


def test_a_crash_while_writing_leaves_no_file_with_a_name(house, monkeypatch):
    house.write(calls=2)

    def dies(*_args, **_values):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(files, "_read_back", dies)
        with pytest.raises(KeyboardInterrupt):
            house.keep()
    (left,) = files.folder().iterdir()
    assert left.suffix == files.PARTIAL
    # Nor may it be in the way of a worker that cannot write into it.
    left.chmod(0o400)
    house.keep(2)
    assert {one.suffix for one in files.folder().iterdir()} == {files.PARTIAL, ".jsonl"}
    house.write(calls=1)
    long_ago = time.time() - files.DEAD_SECONDS - 1
    os.utime(left, (long_ago, long_ago))
    house.keep(2)
    assert {(one.suffix, one.stat().st_mode & 0o777) for one in files.folder().iterdir()} == {
        (".jsonl", 0o400)
    }


def test_a_file_that_does_not_hold_leaves_no_draft(house, monkeypatch):
    house.write(calls=2)
    monkeypatch.setattr(files, "digest_of", lambda _name: "")
    with pytest.raises(files.KeepingTrouble):
        house.keep()
    assert not list(files.folder().iterdir())


def test_nothing_goes_before_the_entry_about_the_file_is_sealed(house):
    house.write(calls=2)
    writing.archive_next()
    assert remove_archived(Archive.objects.get(), until=time.monotonic() + 9) == 0
    assert house.left(*CALLS) == 4
    assert house.verify().state == SOUND


def test_a_crash_in_the_middle_of_removing_is_gone_on_with(house, monkeypatch):
    monkeypatch.setattr(removing, "AT_ONCE", 2)
    house.write(calls=3, acts=3)
    house.keep()
    archive = Archive.objects.get()
    plain, count = removing._remove, iter(range(9))

    def dies(places):
        if next(count) == 1:
            raise KeyboardInterrupt
        return plain(places)

    with monkeypatch.context() as patch:
        patch.setattr(removing, "_remove", dies)
        with pytest.raises(KeyboardInterrupt):
            house.keep()
    assert house.left(*CALLS) == 4
    checked = house.verify()
    assert (checked.state, checked.findings) == (SOUND, [])
    house.keep()
    archive.refresh_from_db()
    assert archive.removed_at
    assert house.left(*CALLS) == 0
    assert house.verify().state == SOUND


@pytest.mark.parametrize("ill", ["gone", "changed"])
def test_without_its_file_nothing_is_removed(house, ill):
    house.write(calls=2)
    house.keep()
    path = files.folder() / Archive.objects.get().name
    if ill == "gone":
        path.unlink()
    else:
        path.chmod(0o600)
        path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(files.KeepingTrouble, match=Archive.objects.get().name):
        house.keep()
    assert house.left(*CALLS) == 4


def test_a_folder_that_cannot_be_written_is_told_and_nothing_is_lost(house, settings, tmp_path):
    house.write(calls=1)
    (tmp_path / "file").write_text("")
    settings.AUDIT_ARCHIVE_DIR = tmp_path / "file" / "archive"
    with pytest.raises(files.KeepingTrouble, match="cannot be written"):
        house.keep()
    assert (Archive.objects.count(), house.left(*CALLS)) == (0, 2)


# What a verification says afterwards


def test_a_file_that_is_gone_is_a_warning_and_one_that_was_changed_a_finding(house, client_as, auditor):
    house.write(calls=2)
    house.keep(2)
    archive = Archive.objects.get()
    path = files.folder() / archive.name
    kept = path.read_bytes()
    path.unlink()
    checked = house.verify()
    assert checked.state == SOUND
    assert checked.progress["warnings"] == [f"the archive {archive.name} with 4 entries is not there"]
    page = client_as(auditor).get(reverse("audit:verification", args=[checked.pk])).content.decode()
    assert f"the archive {archive.name} with 4 entries is not there" in page
    path.write_bytes(kept.replace(b'"role":"System"', b'"role":"Nobody"'))
    checked = house.verify()
    assert checked.state == BROKEN
    assert f"the file of the archive {archive.name} was changed" in words(checked)


def test_an_entry_deleted_by_somebody_is_still_found(house):
    house.write(calls=2, acts=2)
    house.keep(2)
    with without_triggers():
        Entry.objects.filter(action="customer.revealed").first().delete()
    checked = house.verify()
    assert checked.state == BROKEN
    assert "the entry is gone" in words(checked)
    assert "an entry was removed" in words(checked)


def forge(places_from, **values):
    """An archive row as somebody with the database alone can write it."""
    from apps.audit.keeping.places import Places

    told = {
        "name": "trail-2024-03-acts-1-000000000000.jsonl", "sha256": "0" * 64, "size": 1, "kind": "acts",
        "month": LONG_AGO_MONTH, "part": 1, "entries": 1, "first_place": places_from,
        "last_place": places_from, "places": Places.of([places_from]).kept, "writers": {},
    }  # fmt: skip
    return Archive.objects.create(**told | values)


LONG_AGO_MONTH = datetime(2024, 3, 1, tzinfo=UTC).date()


def test_a_forged_archive_does_not_hide_a_deletion(house):
    house.write(calls=1, acts=2)
    victim = Entry.objects.filter(action="customer.revealed").first()
    place = victim.leaf.index
    genuine = Entry.objects.filter(action="customer.revealed").last()
    with without_triggers():
        victim.delete()
    # Of no entry, of an entry about something else, and of one it puts into the trail itself.
    forge(place)
    forge(place, name="b", part=2, entry_id=genuine.pk)
    checked = house.verify()
    assert checked.state == BROKEN
    assert "the entry is gone" in words(checked)
    assert "no sealed entry vouches for the archive" in words(checked)


def test_an_entry_that_an_attacker_writes_vouches_for_nothing(house):
    house.write(acts=2)
    house.keep()
    victim = Entry.objects.filter(action="customer.revealed").first()
    like = Entry.objects.filter(action="customer.revealed").last()
    place = victim.leaf.index
    archive = forge(place)
    content = like.content | {
        "action": "trail.archived",
        "details": {"record_sha256": archive.record},
    }
    from apps.audit import hashing
    from apps.audit.canonical import canonical

    payload = canonical(content)
    like.pk, like.action, like.payload = None, "trail.archived", payload
    like.leaf_hash, like.mac = hashing.leaf_hash(payload), b"x" * 32
    like.save(force_insert=True)
    archive.entry_id = like.pk
    archive.save()
    with without_triggers():
        victim.delete()
    sealer.seal_all()
    assert Suspect.objects.filter(entry_id=like.pk).exists()
    checked = house.verify()
    assert checked.state == BROKEN
    assert "the entry is gone" in words(checked)


def test_an_archive_stretched_over_another_place_vouches_for_nothing(house):
    from apps.audit.keeping.places import Places

    house.write(calls=1, acts=1)
    house.keep(2)
    archive = Archive.objects.get()
    victim = Entry.objects.get(action="customer.revealed")
    place = victim.leaf.index
    archive.places = Places.of(sorted({*Places.read(bytes(archive.places)), place})).kept
    archive.first_place, archive.last_place = min(archive.first_place, place), max(archive.last_place, place)
    archive.save()
    with without_triggers():
        victim.delete()
    checked = house.verify()
    assert checked.state == BROKEN
    assert words(checked).count("the entry is gone") == 3


def test_an_entry_removed_before_its_seal_is_missed_though_others_of_its_writer_are_archived(house):
    house.write(calls=2, acts=3, seal=False)
    with without_triggers():
        Entry.objects.filter(action="customer.revealed").first().delete()
    sealer.seal_all()
    house.keep(2)
    checked = house.verify()
    assert checked.state == BROKEN
    assert "trail and archives hold" in words(checked)


def test_what_was_changed_is_not_archived_but_stays_to_be_found(house):
    house.write(calls=2)
    victim = Entry.objects.filter(action="call.sent").first()
    with without_triggers():
        Entry.objects.filter(pk=victim.pk).update(actor_name="Somebody Else")
    house.keep(3)
    assert list(Entry.objects.filter(action__in=CALLS).values_list("pk", flat=True)) == [victim.pk]
    checked = house.verify()
    assert checked.state == BROKEN
    assert "what is searched was changed: actor_name" in words(checked)


def test_what_was_changed_after_the_file_was_written_stays_to_be_found(house):
    house.write(calls=2)
    house.keep()
    victim = Entry.objects.filter(action="call.sent").first()
    with without_triggers():
        Entry.objects.filter(pk=victim.pk).update(payload=b"{}")
    house.keep()
    assert list(Entry.objects.filter(action__in=CALLS).values_list("pk", flat=True)) == [victim.pk]
    assert house.verify().state == BROKEN


def test_nothing_can_be_deleted_by_hand_afterwards(house):
    house.write(calls=1, acts=1)
    house.keep(2)
    for model in (Entry, EntryIdentifier):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            model.objects.all().delete()


def test_the_command_says_whether_the_trail_knows_a_file(house, capsys, tmp_path):
    house.write(calls=1)
    house.keep(2)
    path = files.folder() / Archive.objects.get().name
    call_command("audit", "verify-archive", str(path))
    assert "of the sealed trail names this file" in capsys.readouterr().out
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(path.read_bytes().replace(b'"Retention"', b'"Retentiom"'))
    with pytest.raises(CommandError, match="cannot be relied on"):
        call_command("audit", "verify-archive", str(copy))
    with pytest.raises(CommandError, match="cannot be checked"):
        call_command("audit", "verify-archive", str(tmp_path / "nothing.jsonl"))


@pytest.mark.parametrize(
    ("name", "days"), [("CALLS", "89"), ("LOOKS", "179"), ("ACTS", "729"), ("ACTS", "-1")]
)
def test_a_time_too_short_to_look_into_anything_is_refused(name, days):
    with pytest.raises(SystemExit, match=f"CONSOLE_AUDIT_KEEP_{name}_DAYS: must be 0 .for ever. or at least"):
        env.read(GOOD | {f"CONSOLE_AUDIT_KEEP_{name}_DAYS": days})
    assert env.read(GOOD | {f"CONSOLE_AUDIT_KEEP_{name}_DAYS": "0"})


def test_the_classes_come_from_what_rooms_register():
    assert django_settings.AUDIT_KEEP_DAYS == {"calls": 400, "looks": 400, "acts": 2_555}
    told = {
        name: action_named(name).kept
        for name in ("call.unanswered", "customer.looked_up", "trail.entry.opened", "goodwill.request.viewed",
                     "customer.revealed", "goodwill.request.approved", "staff.signed_in")
    }  # fmt: skip
    assert told == {
        "call.unanswered": "calls",
        "customer.looked_up": "looks",
        "trail.entry.opened": "looks",
        "goodwill.request.viewed": "looks",
        "customer.revealed": "acts",
        "goodwill.request.approved": "acts",
        "staff.signed_in": "acts",
    }
