"""Signed notes: a known answer, and whatever is changed in one is refused as a bad note and nothing else."""

import base64
import re
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apps.audit.log.notes import BadNote, CheckpointText, Signer, Verifier

# Source: the example of golang.org/x/mod/sumdb/note, from which C2SP signed-note comes.
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
NOTE = f"""{TEXT}
— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""
OURS = Signer.from_seed("console.example", bytes(range(32)))
CHECKPOINT = CheckpointText("console.example", 300, bytes(32), "2026-11-27T06:09:07.120000Z", bytes(32))
SIGNED = OURS.sign(CHECKPOINT.text)

words = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1)


def test_the_known_answer():
    key = Verifier.read(VKEY)
    assert key.key_id.hex() == "c74f20a3"
    assert key.vkey == VKEY
    assert key.check(NOTE) == TEXT
    signer = Signer.from_seed("PeterNeumann", SEED)
    assert signer.verifier == key
    assert signer.sign(TEXT) == NOTE


def test_no_character_of_a_note_can_be_changed():
    for at, one in enumerate(SIGNED):
        for other in {chr(ord(one) ^ 1), chr(ord(one) ^ 2), "\n", " ", "=", "A", ""} - {one}:
            with pytest.raises(BadNote):
                OURS.verifier.check(SIGNED[:at] + other + SIGNED[at + 1 :])


@given(st.integers(0, len(SIGNED)), st.text(min_size=1, max_size=3))
@example(len(SIGNED), "\n")
@example(len(SIGNED), "a remark\n")
def test_nothing_can_be_put_into_a_note(at, more):
    with pytest.raises(BadNote):
        OURS.verifier.check(SIGNED[:at] + more + SIGNED[at:])


@given(st.binary(min_size=32, max_size=32))
def test_another_key_of_the_same_name_is_refused(seed):
    if seed != bytes(range(32)):
        other = Signer.from_seed(OURS.name, seed)
        with pytest.raises(BadNote, match="not signed with this key"):
            other.verifier.check(SIGNED)
        # Its signature under our id.
        told = OURS.verifier.key_id + other.private.sign(CHECKPOINT.text.encode())
        with pytest.raises(BadNote, match="does not fit"):
            OURS.verifier.check(f"{CHECKPOINT.text}\n— {OURS.name} {base64.b64encode(told).decode()}\n")


def test_a_note_of_two_keys_holds_for_both_and_no_third():
    other = Signer.from_seed("other.example", bytes(32))
    note = f"{TEXT}\n{OURS.signature(TEXT)}{other.signature(TEXT)}"
    assert OURS.verifier.check(note) == other.verifier.check(note) == TEXT
    with pytest.raises(BadNote):
        Verifier.read(VKEY).check(note)


@given(
    words,
    st.integers(0, 10**19 - 1),
    st.binary(min_size=32, max_size=32),
    st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"])),
    st.none() | st.binary(min_size=32, max_size=32),
)
def test_a_checkpoint_is_read_as_it_was_written(origin, size, root, time, previous):
    told = CheckpointText(origin, size, root, time, previous or b"")
    assert CheckpointText.read(told.text) == told
    assert CheckpointText.read(OURS.verifier.check(OURS.sign(told.text))) == told


@given(st.integers(0, len(CHECKPOINT.text)), st.integers(0, 5), st.text(max_size=3))
def test_what_is_read_as_a_checkpoint_has_no_second_spelling(at, drop, more):
    text = CHECKPOINT.text[:at] + more + CHECKPOINT.text[at + drop :]
    with suppress(BadNote):
        assert CheckpointText.read(text).text == text


@given(st.text() | st.from_regex(re.compile(r"(.*\n){0,6}\n(— \S+ [A-Za-z0-9+/=]+\n){0,3}")))
@example("\ud800\n\n— console.example AAAA\n")
@example("\ud800+aaaaaaaa+" + base64.b64encode(b"\x01" + bytes(32)).decode())
@example(SIGNED.replace(CHECKPOINT.origin, "\ud800", 1))
@example(f"{TEXT}\n— {OURS.name} {base64.b64encode(OURS.verifier.key_id).decode()}\n")
@example(f"{TEXT}\n— {OURS.name} {base64.b64encode(OURS.verifier.key_id + bytes(64)).decode()}\n")
def test_what_is_none_is_a_bad_note_and_nothing_else(text):
    with pytest.raises(BadNote):
        OURS.verifier.check(text)
    for read in (Verifier.read, CheckpointText.read):
        with suppress(BadNote):
            read(text)
