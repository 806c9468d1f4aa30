"""The signing key: made once, handed over once, and nothing is signed with another; entries are written anyway."""

import stat
from threading import Barrier

import pytest
from django.core.management import CommandError, call_command

from apps.audit.log import keys, publishing, sealer
from apps.audit.log.keys import KeyTrouble
from apps.audit.log.published_check import published_notes
from apps.audit.models import Checkpoint, Entry, Leaf, SigningKey
from tests.audit.log.conftest import assert_gapless, sealed_log, verify, write
from tests.audit.log.processes import run
from tests.audit.log.test_sealer import in_threads

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_key_is_made_once_and_read_by_nobody_else(house):
    made = keys.signer()
    assert keys.signer().verifier == made.verifier
    assert stat.S_IMODE(keys.key_file().stat().st_mode) == 0o600
    assert [one.name for one in house.iterdir()] == ["trail-signing.key"]


def test_many_processes_that_find_no_key_make_one(house):
    assert len(run("first_keys", house, 4)) == 1


def test_threads_that_find_no_key_make_one(house):
    found = []
    assert in_threads(6, lambda: found.append(keys.signer().verifier.vkey)) == []
    assert len(set(found)) == 1
    assert [one.name for one in house.iterdir()] == ["trail-signing.key"]


@pytest.mark.parametrize("given", ["none", "AAAA", "é", "\x00"])
def test_a_key_that_is_none(house, settings, given):
    settings.AUDIT_SIGNING_KEY = given
    nothing_is_sealed("must be 32 bytes in base64")


@pytest.mark.parametrize("content", [b"", b"half a ke", b"\xff\xfe"])
def test_a_file_that_holds_no_key(house, content):
    keys.key_file().write_bytes(content)
    nothing_is_sealed("signing key of the log")
    assert keys.key_file().read_bytes() == content


def test_a_folder_that_cannot_hold_a_key(house, settings):
    (house / "file").touch()
    settings.VAR_DIR = house / "file"
    nothing_is_sealed("cannot be read or made")


def test_another_key_than_the_logs(house, settings):
    sealed_log(2)
    known = SigningKey.objects.get()
    settings.AUDIT_SIGNING_KEY = keys.new_seed()
    nothing_is_sealed(f"The log is signed with the key {known}")
    assert Checkpoint.objects.count() == 1


def nothing_is_sealed(words):
    places = Leaf.objects.count()
    (pk,) = write(1)
    with pytest.raises(KeyTrouble, match=words.replace("+", r"\+")):
        sealer.seal()
    with pytest.raises(CommandError, match=words.replace("+", r"\+")):
        call_command("audit", "seal")
    assert Leaf.objects.count() == places
    assert Entry.objects.filter(pk=pk).exists()


def test_the_log_goes_on_with_another_key(house, capsys):
    sealed_log(3, 2)
    old = keys.signer()
    call_command("audit", "rotate-key")
    new = keys.signer()
    assert new.verifier != old.verifier
    assert not keys._fresh_file().exists()
    sealed_log(4)
    call_command("audit", "rotate-key")
    sealed_log(1)
    assert [one.since_size for one in SigningKey.objects.order_by("pk")] == [0, 5, 10]
    assert_gapless()
    # What comes after a hand-over the key before it can not sign.
    with pytest.raises(KeyTrouble):
        keys.hand_over("none", tell=print)


def test_a_key_that_stands_in_the_environment(house, settings):
    first, second = keys.new_seed(), keys.new_seed()
    settings.AUDIT_SIGNING_KEY = first
    sealed_log(2)
    with pytest.raises(CommandError, match="--to"):
        call_command("audit", "rotate-key")
    call_command("audit", "rotate-key", "--to", second)
    assert list(house.iterdir()) == []
    # The workers have the old one still, until they are started again.
    with pytest.raises(KeyTrouble):
        sealer.seal()
    assert verify() == []
    settings.AUDIT_SIGNING_KEY = second
    sealer.seal()
    assert_gapless()
    with pytest.raises(CommandError, match="signed with already"):
        call_command("audit", "rotate-key", "--to", second)


def test_a_hand_over_cut_off_before_the_key_is_in_its_place(house, monkeypatch):
    sealed_log(2)
    old = keys.signer()

    def die():
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(keys, "put_in_place", die)
        with pytest.raises(SystemExit):
            keys.hand_over(keys.new_seed(), tell=print)
    assert keys.signer().verifier == old.verifier
    assert verify() == []
    sealed_log(2)
    assert keys.signer().verifier.vkey == SigningKey.objects.latest("pk").vkey != old.verifier.vkey
    assert_gapless()


def test_a_hand_over_cut_off_before_it_is_written_down(house, monkeypatch):
    sealed_log(2)
    old = keys.signer()
    keys._lay_beside(keys.new_seed())
    sealed_log(2)
    assert keys.signer().verifier == old.verifier
    keys.hand_over(keys.new_seed(), tell=print)
    sealed_log(2)
    assert_gapless()


def test_two_hand_overs_at_once_follow_each_other(house):
    sealed_log(3)
    begin = Barrier(2)

    def act():
        begin.wait()
        keys.hand_over(keys.new_seed(), tell=print)

    assert in_threads(2, act) == []
    assert SigningKey.objects.count() == 3
    sealed_log(3)
    assert_gapless()


def test_a_file_that_cannot_be_written_is_tried_again(house, settings, caplog):
    caplog.set_level("INFO", logger="console.checkpoints")
    file = house / "there" / "checkpoints"
    settings.AUDIT_CHECKPOINT_FILE = str(file)
    sealed_log(2, 3)
    assert sealer.seal().count == 0
    assert Checkpoint.objects.count() == 2
    file.parent.mkdir()
    # With nothing new to seal.
    sealer.seal()
    notes = list(Checkpoint.objects.order_by("size").values_list("size", "note"))
    assert list(published_notes(file)) == notes
    told = [one.note for one in caplog.records if one.name == "console.checkpoints"]
    if told:
        assert told == [note for _size, note in notes], "Each is one line, however often the file is tried."
    sealed_log(1)
    assert verify() == []


@pytest.mark.parametrize("cut", [1, 30, 120, 190])
def test_half_a_note_is_begun_anew(house, settings, cut):
    file = house / "checkpoints"
    settings.AUDIT_CHECKPOINT_FILE = str(file)
    sealed_log(2)
    whole = file.read_bytes()
    file.write_bytes(whole + whole[:-cut])
    sealed_log(2)
    notes = list(Checkpoint.objects.order_by("size").values_list("size", "note"))
    assert set(published_notes(file)) >= set(notes)
    assert verify() == []


def test_published_twice_does_no_harm(house, settings):
    settings.AUDIT_CHECKPOINT_FILE = str(house / "checkpoints")
    sealed_log(2, 2)
    publishing.SealMark.objects.update(published=0)
    assert publishing.publish() == 2
    assert publishing.publish() == 0
    assert len(list(published_notes(house / "checkpoints"))) == 4
    assert verify() == []


def test_a_published_file_that_was_taken_away_is_no_finding(house, settings):
    settings.AUDIT_CHECKPOINT_FILE = str(house / "checkpoints")
    sealed_log(2)
    (house / "checkpoints").unlink()
    assert verify() == []
