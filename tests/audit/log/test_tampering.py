"""Whoever owns the database changes the trail: whatever it is, the verification finds it and says where."""

import json
import os

import pytest
from django.db import connection

from apps.audit import hashing
from apps.audit.canonical import canonical
from apps.audit.log import keys, sealer, verifying
from apps.audit.log.entry_check import COLUMNS
from apps.audit.log.merkle import Frontier
from apps.audit.log.notes import CheckpointText, hash_of
from apps.audit.models import (
    Checkpoint,
    Entry,
    EntryIdentifier,
    Leaf,
    SealMark,
    SigningKey,
    Suspect,
    Verification,
)
from tests.audit.log.conftest import draft, plain, sealed_log, tamper, verify, write

pytestmark = pytest.mark.django_db

# Across the end of a tile, with checkpoints on both sides of it and on it.
COUNTS = (100, 156, 24, 1)


@pytest.fixture
def log(house):
    """281 entries under four checkpoints."""
    sealed_log(*COUNTS)


def entry_at(index):
    return Entry.objects.get(leaf__index=index)


def point_at(size):
    return Checkpoint.objects.get(size=size)


def changed(entry, **values):
    """The entry's bytes with another content."""
    return canonical(entry.content | values)


def set_entry(pk, **values):
    names = ", ".join(f"{name} = %s" for name in values)
    assert tamper(f"UPDATE audit_entry SET {names} WHERE id = %s", *values.values(), pk) == 1


def test_nothing_is_found_where_nothing_was_changed(log):
    assert verify() == []
    assert verify(quick=True) == []


@pytest.mark.parametrize("quick", [False, True])
@pytest.mark.parametrize("at", [0, 1, 40, -1])
def test_one_byte_of_the_content(log, at, quick):
    entry = entry_at(200)
    payload = bytearray(entry.payload)
    payload[at] ^= 0x80
    set_entry(entry.pk, payload=bytes(payload))
    assert f"{entry.pk} 200 its content was changed: it does not fit its own hash" in verify(quick=quick)


def test_content_and_hash_together(log):
    entry = entry_at(255)
    payload = changed(entry, reason="Another reason.")
    set_entry(entry.pk, payload=payload, leaf_hash=hashing.leaf_hash(payload))
    found = verify()
    assert f"{entry.pk} 255 its hash is not the one that was sealed" in found
    assert f"{entry.pk} 255 its content was changed: it does not fit its seal" in found


def test_content_hash_and_seal_together_by_a_holder_of_the_key(log):
    entry = entry_at(256)
    payload = changed(entry, reason="Another reason.")
    set_entry(
        entry.pk,
        payload=payload,
        reason="Another reason.",
        leaf_hash=hashing.leaf_hash(payload),
        mac=hashing.mac(payload),
    )
    assert verify() == [f"{entry.pk} 256 its hash is not the one that was sealed"]


def test_content_hash_seal_and_leaf_together_by_a_holder_of_the_key(log):
    entry = entry_at(120)
    payload = changed(entry, reason="Another reason.")
    leaf = hashing.leaf_hash(payload)
    set_entry(entry.pk, payload=payload, reason="Another reason.", leaf_hash=leaf, mac=hashing.mac(payload))
    tamper('UPDATE audit_leaf SET hash = %s WHERE "index" = 120', leaf)
    found = verify()
    assert "None 255 the stored node 1/0 does not fit the leaves" in found
    assert "None 256 the root of the checkpoint at 256 does not fit the leaves" in found


@pytest.mark.parametrize("payload", [b"[]", b"null", b"\xff", b'{"writer":7}', b'{"writer":[[],{}]}'])
def test_content_that_is_no_content_by_a_holder_of_the_key(log, payload):
    entry = entry_at(3)
    set_entry(entry.pk, payload=payload, leaf_hash=hashing.leaf_hash(payload), mac=hashing.mac(payload))
    assert f"{entry.pk} 3 its hash is not the one that was sealed" in verify()


def test_the_seal_alone(log):
    entry = entry_at(5)
    set_entry(entry.pk, mac=bytes(32))
    assert verify() == [f"{entry.pk} 5 its content was changed: it does not fit its seal"]


def test_an_entry_that_is_gone(log):
    entry = entry_at(7)
    tamper("DELETE FROM audit_entry WHERE id = %s", entry.pk)
    assert f"{entry.pk} 7 the entry is gone" in verify()


def test_an_entry_that_is_gone_with_its_leaf(log):
    entry = entry_at(150)
    tamper("DELETE FROM audit_entry WHERE id = %s", entry.pk)
    tamper('DELETE FROM audit_leaf WHERE "index" = 150')
    found = verify()
    assert "None 150 a leaf of the log is missing" in found
    assert any(
        f"{entry.pk + 1} None an entry was removed after entry #{entry.pk - 1}" in one for one in found
    )


@pytest.mark.parametrize("first", [0, 100, 280])
def test_leaves_that_are_gone_up_to_a_place(log, first):
    tamper('DELETE FROM audit_leaf WHERE "index" >= %s AND "index" < 281', first)
    assert f"None {first} a leaf of the log is missing" in verify()


def test_leaves_that_are_gone_for_a_whole_page(log, monkeypatch):
    monkeypatch.setattr("apps.audit.log.tree_check.PAGE", 50)
    tamper('DELETE FROM audit_leaf WHERE "index" >= 100 AND "index" < 200')
    assert "None 100 a leaf of the log is missing" in verify()


def test_an_entry_that_is_there_twice(log):
    entry = entry_at(9)
    names = ", ".join([*COLUMNS, "payload", "leaf_hash", "mac"])
    tamper(f"INSERT INTO audit_entry ({names}) SELECT {names} FROM audit_entry WHERE id = %s", entry.pk)
    writer, number = entry.content["writer"]
    second = Entry.objects.latest("pk").pk
    words = f"{second} None number {number} of writer {writer} is there twice"
    assert words in verify()
    sealer.seal()
    assert words in verify()


def test_two_entries_with_each_others_content(log):
    one, other = entry_at(20), entry_at(270)
    set_entry(one.pk, payload=bytes(other.payload))
    set_entry(other.pk, payload=bytes(one.payload))
    found = verify()
    for entry, index in ((one, 20), (other, 270)):
        assert f"{entry.pk} {index} its content was changed: it does not fit its own hash" in found


def test_two_entries_with_each_others_content_hash_and_seal(log):
    pair = entry_at(20), entry_at(270)
    for entry, other in (pair, pair[::-1]):
        set_entry(
            entry.pk,
            **{name: bytes(getattr(other, name)) for name in ("payload", "leaf_hash", "mac")},
            **{name: getattr(other, name) for name in ("reference", "subject", "call_id")},
        )
    found = verify()
    assert f"{pair[0].pk} 20 its hash is not the one that was sealed" in found
    assert f"{pair[1].pk} 270 its hash is not the one that was sealed" in found


def test_two_leaves_in_each_others_place(log):
    tamper('UPDATE audit_leaf SET "index" = -1 WHERE "index" = 30')
    tamper('UPDATE audit_leaf SET "index" = 30 WHERE "index" = 31')
    tamper('UPDATE audit_leaf SET "index" = 31 WHERE "index" = -1')
    found = verify()
    assert "None 100 the root of the checkpoint at 100 does not fit the leaves" in found


def test_two_leaves_with_each_others_entry(log):
    one, other = entry_at(30), entry_at(31)
    tamper("UPDATE audit_leaf SET entry_id = -1 WHERE entry_id = %s", one.pk)
    tamper("UPDATE audit_leaf SET entry_id = %s WHERE entry_id = %s", one.pk, other.pk)
    tamper("UPDATE audit_leaf SET entry_id = %s WHERE entry_id = -1", other.pk)
    assert f"{other.pk} 30 its hash is not the one that was sealed" in verify()


def cut_off(size):
    """The log as it was at an earlier checkpoint, nothing left behind."""
    ids = list(Leaf.objects.filter(index__gte=size).values_list("entry_id", flat=True))
    tamper(f"DELETE FROM audit_entry WHERE id >= {min(ids)}")
    tamper(f'DELETE FROM audit_leaf WHERE "index" >= {size}')
    tamper(f"DELETE FROM audit_checkpoint WHERE size > {size}")
    tamper(f'DELETE FROM audit_node WHERE "index" >= {size >> 8}')


def test_a_log_that_was_cut_off_is_not_as_long_as_what_was_told(log):
    cut_off(256)
    words = "the checkpoint at 281, which was told outside, is gone; the log ends at 256"
    assert f"None 281 {words}" in verify()


@pytest.mark.parametrize("again", [False, True])
def test_a_log_that_was_cut_off_and_its_mark_too_does_not_fit_the_published_checkpoints(
    house, settings, again
):
    settings.AUDIT_CHECKPOINT_FILE = str(house / "checkpoints")
    sealed_log(*COUNTS)
    assert verify() == []
    cut_off(256)
    SealMark.objects.update(published=256, floor=0, next_floor=0)
    if again:
        # Other entries in the place of those that are gone, sealed and signed as usual.
        sealed_log(25, 3, make=lambda number: plain(1000 + number))
        assert "None 281 the checkpoint at 281 is not the one that was told outside" in verify()
        return
    found = verify()
    assert "None 280 the checkpoint at 280, which was told outside, is gone" in found
    assert "None 281 the checkpoint at 281, which was told outside, is gone" in found


OTHERS = {
    "at": "2026-01-01T00:00:00Z",
    "actor_id": 5,
    "store_id": 7,
    "status": 404,
    "latency_ms": 1,
}


def test_any_column_that_is_searched(log):
    """Each in another entry, alone."""
    expected = []
    changes = [(name, OTHERS.get(name, "other")) for name in COLUMNS]
    changes += [(name, None) for name in OTHERS if name != "at"]
    for place, (name, value) in enumerate(changes, start=90):
        entry = entry_at(place)
        set_entry(entry.pk, **{name: value})
        expected.append(f"{entry.pk} {place} what is searched was changed: {name}")
    assert verify() == expected


@pytest.fixture
def people(house):
    """Four entries about four customers, each with a mobile and an e-mail."""
    sealed_log(
        3,
        make=lambda number: draft(
            number,
            identifiers=(("mobile", f"+91 5550 00{4417 + number}"), ("email", f"k{number}@example.com")),
        ),
    )
    write(1, 9, draft)


def beside(index, kind):
    return EntryIdentifier.objects.get(entry=entry_at(index), kind=kind)


def test_an_identifier_more(people):
    entry = entry_at(1)
    tamper(
        "INSERT INTO audit_entryidentifier (entry_id, digest, salt, kind, holder, value) "
        "VALUES (%s, %s, %s, '', '', %s)",
        entry.pk, os.urandom(32), os.urandom(16), b"",
    )  # fmt: skip
    assert verify() == [f"{entry.pk} 1 an identifier was put beside it that it does not hold"]


def test_an_identifier_twice(people):
    row = beside(1, "email")
    names = "entry_id, digest, salt, kind, holder, value"
    tamper(
        f"INSERT INTO audit_entryidentifier ({names}) SELECT {names} FROM audit_entryidentifier WHERE id = %s",
        row.pk,
    )
    assert verify() == [f"{row.entry_id} 1 an identifier stands beside it twice"]


@pytest.mark.parametrize("name", ["digest", "salt"])
def test_another_digest_or_salt(people, name):
    row = beside(1, "mobile")
    tamper(
        f"UPDATE audit_entryidentifier SET {name} = %s WHERE id = %s",
        os.urandom(16 if name == "salt" else 32),
        row.pk,
    )
    assert f"{row.entry_id} 1 an identifier was put beside it that it does not hold" in verify()


@pytest.mark.parametrize("kind", ["card", "email"])
def test_another_kind(people, kind):
    row = beside(1, "mobile")
    tamper("UPDATE audit_entryidentifier SET kind = %s WHERE id = %s", kind, row.pk)
    assert verify() == [f"{row.entry_id} 1 an identifier beside it is not the one it was"]


def test_an_identifier_that_is_put_beside_another_entry(people):
    row, other = beside(1, "mobile"), entry_at(2)
    tamper("UPDATE audit_entryidentifier SET entry_id = %s WHERE id = %s", other.pk, row.pk)
    assert f"{other.pk} 2 an identifier was put beside it that it does not hold" in verify()


def test_an_identifier_that_is_put_beside_an_entry_not_sealed_yet(people):
    row, other = beside(1, "mobile"), Entry.objects.latest("pk")
    tamper("UPDATE audit_entryidentifier SET entry_id = %s WHERE id = %s", other.pk, row.pk)
    assert (
        f"{other.pk} None not sealed yet; an identifier was put beside it that it does not hold" in verify()
    )


def test_a_value_of_somebody_else(people):
    row, other = beside(1, "mobile"), beside(2, "mobile")
    tamper(
        "UPDATE audit_entryidentifier SET holder = %s, value = %s WHERE id = %s",
        other.holder,
        bytes(other.value),
        row.pk,
    )
    assert verify() == [f"{row.entry_id} 1 an identifier beside it is not the one it was"]


def test_a_person_key_that_was_changed_hides_nothing_else(people):
    row, other = beside(1, "mobile"), beside(2, "mobile")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE audit_personkey SET wrapped = %s WHERE holder = %s", [os.urandom(60), row.holder]
        )
    tamper("UPDATE audit_entryidentifier SET kind = 'card' WHERE id = %s", other.pk)
    assert verify() == [f"{other.entry_id} 2 an identifier beside it is not the one it was"]


def test_a_node(log):
    tamper("UPDATE audit_node SET hash = %s", os.urandom(32))
    assert verify() == ["None 255 the stored node 1/0 does not fit the leaves"]


def test_a_node_that_is_gone(log):
    tamper("DELETE FROM audit_node")
    assert verify() == ["None 255 the stored node 1/0 does not fit the leaves"]


@pytest.mark.parametrize(("level", "index"), [(1, 1), (2, 0), (0, 0), (1, -1)])
def test_a_node_over_nothing(log, level, index):
    tamper('INSERT INTO audit_node (level, "index", hash) VALUES (%s, %s, %s)', level, index, bytes(32))
    assert any("stands over nothing" in one for one in verify())


def test_a_root(log):
    tamper("UPDATE audit_checkpoint SET root = %s WHERE size = 256", os.urandom(32))
    found = verify()
    assert "None 256 the columns of the checkpoint at 256 are not what was signed" in found
    assert "None 256 the root of the checkpoint at 256 does not fit the leaves" in found


def test_a_frontier(log):
    tamper("UPDATE audit_checkpoint SET frontier = %s WHERE size = 256", os.urandom(32))
    assert verify() == ["None 256 the frontier of the checkpoint at 256 was changed"]


def test_the_time_of_a_checkpoint(log):
    tamper("UPDATE audit_checkpoint SET at = %s WHERE size = 280", "2026-01-01T00:00:00Z")
    assert verify() == ["None 280 the columns of the checkpoint at 280 are not what was signed"]


@pytest.mark.parametrize("size", [100, 281])
def test_a_note(log, size):
    note = point_at(size).note
    for other in (
        note.replace("time 20", "time 21"),
        f"{note}— a remark\n",
        f"{note[:-2]}{chr(ord(note[-2]) ^ 1)}\n",
        "",
    ):
        tamper("UPDATE audit_checkpoint SET note = %s WHERE size = %s", other, size)
        assert any(f"None {size} the checkpoint at {size}: " in one for one in verify())


def test_a_size(log):
    tamper("UPDATE audit_checkpoint SET size = 270 WHERE size = 280")
    assert "None 270 the columns of the checkpoint at 270 are not what was signed" in verify()


def test_a_checkpoint_in_the_middle_that_is_gone(log):
    tamper("DELETE FROM audit_checkpoint WHERE size = 256")
    assert verify() == ["None 280 the checkpoint before the one at 280 is not the one it names"]


def test_the_last_checkpoint_that_is_gone(log):
    tamper("DELETE FROM audit_checkpoint WHERE size = 281")
    assert "None 280 the last checkpoint is at 280, but the log has 281 leaves" in verify()


@pytest.mark.parametrize("size", [0, -5, 300])
def test_a_checkpoint_too_many(log, size):
    tamper(
        "INSERT INTO audit_checkpoint (at, size, root, frontier, note) "
        "SELECT at, %s, root, frontier, note FROM audit_checkpoint WHERE size = 281",
        size,
    )
    assert any(f"checkpoint at {size}" in one for one in verify())


def sign_again(signer):
    """All checkpoints over the leaves as they are now, signed with another key."""
    frontier, before = Frontier(), b""
    points = {one.size: one for one in Checkpoint.objects.all()}
    for leaf in Leaf.objects.order_by("index"):
        frontier.append(bytes(leaf.hash))
        if point := points.get(frontier.size):
            old = CheckpointText.read(point.note.rpartition("\n\n")[0] + "\n")
            note = signer.sign(
                CheckpointText(signer.name, frontier.size, frontier.root(), old.time, before).text
            )
            tamper(
                "UPDATE audit_checkpoint SET root = %s, frontier = %s, note = %s WHERE size = %s",
                frontier.root(), frontier.kept, note, frontier.size,
            )  # fmt: skip
            before = hash_of(note)


def test_all_checkpoints_signed_with_another_key(log):
    sign_again(keys.seed_signer(keys.new_seed()))
    assert "None 100 the checkpoint at 100: The note is not signed with this key." in verify()


def test_all_checkpoints_and_the_key_of_the_log_replaced(log):
    other = keys.seed_signer(keys.new_seed())
    sign_again(other)
    SigningKey.objects.update(vkey=other.verifier.vkey)
    assert verify() == [
        f"None None the log is signed with the key {other.verifier}, which the key at hand has not handed over to"
    ]


def test_a_key_at_hand_that_cannot_be_read_is_no_proof_of_anything(log, settings):
    settings.AUDIT_SIGNING_KEY = "none"
    assert verify() == []


def test_everything_rewritten_with_the_real_keys_does_not_fit_the_published_checkpoints(house, settings):
    settings.AUDIT_CHECKPOINT_FILE = str(house / "checkpoints")
    sealed_log(10, 10)
    entry = entry_at(4)
    payload = changed(entry, reason="Another reason.")
    leaf = hashing.leaf_hash(payload)
    set_entry(entry.pk, payload=payload, reason="Another reason.", leaf_hash=leaf, mac=hashing.mac(payload))
    tamper('UPDATE audit_leaf SET hash = %s WHERE "index" = 4', leaf)
    sign_again(keys.signer())
    assert verify() == [
        f"None {size} the checkpoint at {size} is not the one that was told outside" for size in (10, 20)
    ]


def test_a_key_that_nobody_handed_over_to(log):
    other = keys.seed_signer(keys.new_seed())
    SigningKey.objects.create(vkey=other.verifier.vkey, since_size=281)
    assert (
        f"None None the keys of the log were changed: The key {other.verifier} was not handed over to."
        in verify()
    )


def test_a_hand_over_that_is_moved(log):
    keys.hand_over(keys.new_seed(), tell=print)
    sealed_log(3)
    assert verify() == []
    SigningKey.objects.exclude(handover="").update(since_size=256)
    assert any("was not handed over to" in one for one in verify())


def test_the_time_before_a_hand_over_rewritten_with_the_old_key(house):
    sealed_log(10)
    old = keys.signer()
    keys.hand_over(keys.new_seed(), tell=print)
    tamper('UPDATE audit_leaf SET hash = %s WHERE "index" = 3', bytes(32))
    sign_again(old)
    assert any("the log at 10 is not the one that the key" in one for one in verify())


def test_an_entry_changed_before_it_is_sealed(log):
    (pk,) = write(1)
    payload = changed(Entry.objects.get(pk=pk), reason="Another reason.")
    set_entry(pk, payload=payload, leaf_hash=hashing.leaf_hash(payload))
    assert f"{pk} None not sealed yet; its content was changed: it does not fit its seal" in verify()
    # The entry of whoever asked to verify.
    assert sealer.seal().count == 1
    found = verify()
    assert f"{pk} None it was never sealed: its content does not fit its seal" in found
    write(3)
    assert sealer.seal().count == 4
    # Its row of suspicion removed too: below the floor, and still found.
    Suspect.objects.all().delete()
    SealMark.objects.update(floor=pk + 3)
    assert f"{pk} None not sealed yet; its content was changed: it does not fit its seal" in verify()


@pytest.mark.parametrize("seal", [False, True])
def test_an_entry_removed_before_it_is_sealed(log, seal):
    first, second, third = write(3)
    tamper("DELETE FROM audit_entry WHERE id = %s", second)
    if seal:
        sealer.seal()
    (found,) = verify()
    assert found.startswith(f"{third} None an entry was removed after entry #{first}: number ")


def test_the_first_entry_of_a_writer_removed_before_it_is_sealed(house):
    from apps.audit.writer import writer

    writer.renew()
    first, second = write(2)
    tamper("DELETE FROM audit_entry WHERE id = %s", first)
    (found,) = verify()
    assert found.startswith(f"{second} None an entry was removed: number 1 of writer ")


def test_an_entry_made_up_without_the_key(log):
    entry = entry_at(1)
    payload = changed(entry, writer=["made up", 1])
    names = ", ".join(COLUMNS)
    tamper(
        f"INSERT INTO audit_entry ({names}, payload, leaf_hash, mac) "
        f"SELECT {names}, %s, %s, mac FROM audit_entry WHERE id = %s",
        payload, hashing.leaf_hash(payload), entry.pk,
    )  # fmt: skip
    sealer.seal()
    assert (
        f"{Entry.objects.latest('pk').pk} None it was never sealed: its content does not fit its seal"
        in verify()
    )


def test_a_range_finds_what_is_in_it(log):
    set_entry(entry_at(42).pk, subject="other")
    for first, last, state in (
        (0, 42, "sound"),
        (42, 43, "broken"),
        (43, None, "sound"),
        (250, 900, "sound"),
    ):
        asked = verifying.go_on(Verification.objects.create(first=first, last=last))
        assert asked.state == state, (first, last, asked.findings)


def test_a_worker_that_dies_loses_a_slice(log, monkeypatch):
    monkeypatch.setattr("apps.audit.log.tree_check.PAGE", 60)
    monkeypatch.setattr("apps.audit.log.note_check.PAGE", 2)
    monkeypatch.setattr("apps.audit.log.entry_check.PAGE", 70)
    set_entry(entry_at(280).pk, subject="other")
    write(2)
    asked = Verification.objects.create()
    slices = 0
    while asked.state in ("waiting", "running"):
        # Each slice begins from the row alone; entries are written and sealed in between.
        verifying.go_on(Verification.objects.get(pk=asked.pk), seconds=0.0001)
        write(1)
        sealer.seal()
        asked.refresh_from_db()
        slices += 1
        assert slices < 50
    assert slices > 8
    assert [one["what"] for one in asked.findings] == ["what is searched was changed: subject"]
    assert asked.checked == asked.size >= 281


def test_writers_that_go_on_meanwhile_are_no_finding(log, monkeypatch):
    """Pages are read at different times: numbers of a writer that come in between look like a hole for a moment."""
    write(3)
    asked = Verification.objects.create()
    progress = {
        "phase": "waiting",
        "after": 0,
        "until": 10**9,
        "writers": {json.loads(bytes(entry_at(0).payload))["writer"][0]: [1, 5, 5]},
    }
    asked.progress, asked.size, asked.state = progress, 281, "running"
    asked.save()
    assert verifying.go_on(asked).findings == []
