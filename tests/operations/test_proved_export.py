"""An export with proofs: made by the engine, checked by the program in a process of its own, and every change found."""

import hashlib
import json
from base64 import b64decode, b64encode
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from apps.audit.actor import Actor
from apps.audit.log import keys, sealer
from apps.audit.log.tiles import last_checkpoint
from apps.audit.models import Entry, EntryIdentifier, Suspect
from apps.audit.services import record
from apps.core.errors import BadInput
from apps.operations import exporting, exporting_proofs, exporting_sealed
from apps.operations.exporting_whole import NotYet
from apps.operations.models import Item, Operation
from apps.operations.work import services
from apps.operations.work.retiring import retire
from tests.audit.conftest import ASHA, EMAIL
from tests.operations.export_help import Proved, changed, fetched, finished
from tests.support.trail import without_triggers

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate().isoformat()


@pytest.fixture(autouse=True)
def key(settings):
    """A key of this test's own, as the environment gives it."""
    settings.AUDIT_SIGNING_KEY = keys.new_seed()
    return settings.AUDIT_SIGNING_KEY


@pytest.fixture
def proved(auditor, tmp_path):
    return Proved(Actor(user_id=auditor.pk, name=auditor.name, role="Auditor"), auditor, tmp_path)


def write(count, **more):
    for number in range(count):
        record("customer.viewed", actor=ASHA, customer=str(4417 + number % 3), **more)


def vkey():
    return keys.signer().verifier.vkey


def rotate(settings):
    seed = keys.new_seed()
    call_command("audit", "rotate-key", "--to", seed, stdout=StringIO())
    settings.AUDIT_SIGNING_KEY = seed


def signed_anew(lines):
    """As somebody would who may change the file and recomputes what can be recomputed, but has no key."""
    before = b"".join(lines[:-1])
    return [*lines[:-1], changed(lines[-1], sha256=hashlib.sha256(before).hexdigest())]


def test_what_the_engine_made_holds_and_says_what_it_is(proved, client_as, auditor):
    write(5)
    operation = proved.made()
    answer, content = fetched(client_as(auditor), operation)
    assert answer["Content-Type"] == "application/jsonl"
    assert answer["Content-Disposition"] == f'attachment; filename="{operation.number}.jsonl"'
    lines = content.splitlines(keepends=True)
    assert lines == proved.lines(operation)
    header, footer = json.loads(lines[0]), json.loads(lines[-1])
    assert (header["complete"], header["reason"], header["asked_by"]) == (
        True,
        "Quarterly review",
        "Lena Fischer",
    )
    assert header["checkpoint"] == last_checkpoint().note
    assert (footer["entries"], footer["not_sealed"], footer["later"]) == (5, [], [])
    found = [json.loads(line) for line in lines[1:-1]]
    assert [one["place"] for one in found] == list(range(5))
    assert [b64decode(one["bytes"]) for one in found] == [
        bytes(Entry.objects.get(pk=one["entry"]).payload) for one in found
    ]
    status, said = proved.check(lines, "--key", vkey())
    assert status == 0, said
    assert "5 entries: places 1 to 5 of a log of 5, none missing." in said
    assert "Everything holds." in said


def test_without_a_key_the_program_says_whom_it_believed(proved):
    write(2)
    status, said = proved.check(proved.lines(proved.made()))
    assert status == 0
    assert "You gave no key" in said
    assert vkey() in said


def test_the_page_and_the_trail_hold_the_digest_of_exactly_what_is_fetched(proved, client_as, auditor):
    write(3)
    for form in ("csv", "jsonl"):
        operation = proved.made(form=form)
        page = client_as(auditor).get(reverse("operations:operation", args=[operation.pk])).content.decode()
        answer, content = fetched(client_as(auditor), operation)
        digest = hashlib.sha256(content).hexdigest()
        assert digest in page
        assert "kept until" in page
        assert (reverse("audit:verify_export") in page) is (form == "jsonl")
        assert proved.whole(operation).size == len(content)
        about = Entry.objects.filter(subject=operation.number)
        made = about.get(action="operations.work.made").content["details"]
        assert (made["file_sha256"], made["form"]) == (digest, form)
        assert made["entries"] == Item.objects.get(operation=operation, row=1).results["entries"]
        assert about.get(action="operations.work.downloaded").content["details"]["form"] == form
        assert form in answer["Content-Disposition"]


def test_the_program_is_handed_out_as_it_is(client_as, auditor, manager):
    answer = client_as(auditor).get(reverse("audit:verify_export"))
    assert answer.content.startswith(b'"""Checks an export of the audit trail')
    assert answer["Content-Disposition"] == 'attachment; filename="verify_export.py"'
    assert client_as(manager).get(reverse("audit:verify_export")).status_code == 403


def test_identifiers_cannot_be_tried_out_with_it(proved):
    record("customer.looked_up", actor=ASHA, identifiers=[("email", EMAIL)])
    beside = EntryIdentifier.objects.get()
    content = b"".join(proved.lines(proved.made()))
    for secret in (bytes(beside.salt), bytes(beside.digest)):
        assert secret not in content
        assert b64encode(secret) not in content
        assert secret.hex().encode() not in content
    payload = b64decode(json.loads(proved.lines(Operation.objects.get())[1])["bytes"])
    assert EMAIL.encode() not in payload


def edits():
    """Name, what is done to header, three entries, footer; the line that is named, and words."""
    flipped = lambda line: changed(line, bytes=json.loads(line)["bytes"].replace("A", "B", 1))  # noqa: E731
    return [
        ("flip", lambda it: [it[0], it[1], flipped(it[2]), *it[3:]], 3, "entry #"),
        ("drop", lambda it: [*it[:2], *it[3:]], 3, "1 missing before it, from place 2"),
        ("drop the first", lambda it: [it[0], *it[2:]], 2, "1 missing before it, from place 1"),
        ("drop the last", lambda it: [*it[:3], it[4]], 4, "goes to place 3, and it ends at 2"),
        ("duplicate", lambda it: [*it[:3], it[2], *it[3:]], 4, "twice or out of order"),
        ("swap", lambda it: [it[0], it[2], it[1], *it[3:]], 3, "twice or out of order"),
        ("cut off", lambda it: it[:4], 4, "cut off"),
        ("cut off in a line", lambda it: [*it[:3], it[3][:50]], 4, "ends in the middle"),
        ("only the header", lambda it: it[:1], 1, "cut off"),
        ("no header", lambda it: it[1:], 1, "kind header"),
        (
            "a byte of a hash",
            lambda it: [*it[:2], changed(it[2], proof=[]), *it[3:]],
            3,
            "not what was sealed",
        ),
        ("another place", lambda it: [*it[:3], changed(it[3], place=7), *it[4:]], 4, "place 8"),
        ("a field more", lambda it: [*it[:2], changed(it[2], said="Nothing."), *it[3:]], 3, "exactly"),
        ("no list", lambda it: [*it[:2], changed(it[2], proof=7), *it[3:]], 3, "“proof”"),
        ("nonsense", lambda it: [*it[:2], b"[[[\n", *it[3:]], 3, "no JSON"),
        ("another reason", lambda it: [changed(it[0], reason="Another"), *it[1:]], 5, "were changed"),
        ("another id", lambda it: [*it[:2], changed(it[2], entry=1), *it[3:]], 5, "were changed"),
        ("the count", lambda it: [*it[:4], changed(it[4], entries=9)], 5, "says 9"),
        (
            "what is named",
            lambda it: [*it[:4], changed(it[4], not_sealed=[{"entry": 1, "why": "x"}])],
            5,
            "not those that were signed",
        ),
        ("another file's end", lambda it: [*it[:4], it[4], it[4]], 5, "kind entry"),
    ]


@pytest.fixture(scope="module")
def kept():
    """One export and its key for all changes: the file alone is what they are made to."""
    return {}


@pytest.fixture
def three(proved, kept):
    """The lines of an export of three entries, and the key that signed it."""
    if not kept:
        write(3)
        kept["lines"], kept["key"] = proved.lines(proved.made()), vkey()
    return kept["lines"], kept["key"]


@pytest.mark.parametrize(
    ("edit", "line", "words"), [one[1:] for one in edits()], ids=[one[0] for one in edits()]
)
@pytest.mark.parametrize("recomputed", [False, True])
def test_every_change_is_found_and_its_line_named(proved, three, edit, line, words, recomputed):
    lines = edit(three[0])
    if recomputed and b'"footer"' in lines[-1]:
        lines = signed_anew(lines)
        words = words.replace("were changed", "not those that were signed")
    status, said = proved.check(lines, "--key", three[1])
    assert status == 1, said
    wrong = [one for one in said.splitlines() if one.startswith("WRONG")]
    assert any(f"line {line}" in one and words in one for one in wrong), said
    assert "Everything holds" not in said


def test_a_filtered_export_that_lost_a_line_does_not_fit_its_footer(proved):
    write(3)
    lines = proved.lines(proved.made(filter="customer:4417"))
    status, said = proved.check([lines[0], lines[-1]], "--key", vkey())
    assert (status, "line 2: the footer says 1 (entries), and there are 0" in said) == (1, True)


def test_a_checkpoint_of_another_log_or_time_is_found(proved):
    write(2)
    old = proved.lines(proved.made())
    write(2)
    new = proved.lines(proved.made())
    mixed = signed_anew([changed(new[0], checkpoint=json.loads(old[0])["checkpoint"]), *new[1:]])
    status, said = proved.check(mixed, "--key", vkey())
    assert (status, "line 2: entry #" in said) == (1, True)


def test_signed_by_another_key_only_a_key_from_elsewhere_tells(proved, settings):
    write(3)
    ours = vkey()
    # Somebody makes the whole log anew with a key of their own, under the same name.
    settings.AUDIT_SIGNING_KEY = keys.new_seed()
    lines = proved.lines(proved.made())
    assert proved.check(lines)[0] == 0
    status, said = proved.check(lines, "--key", ours)
    assert status == 1
    assert "line 1 (header): the key you trust" in said
    # Keys of the real log with a checkpoint signed by another one.
    told = json.loads(lines[0])["keys"]
    swapped = signed_anew([changed(lines[0], keys=[{**told[0], "vkey": ours}]), *lines[1:]])
    status, said = proved.check(swapped, "--key", ours)
    assert (status, "line 1 (header): the checkpoint does not hold" in said) == (1, True)
    assert "line 5: the signature of the footer does not hold" in said


def test_a_file_whose_key_was_handed_over_is_checked_with_any_key_of_the_log(proved, settings):
    write(2)
    first = vkey()
    sealer.seal_all()
    rotate(settings)
    write(2)
    operation = proved.ask()
    # Handed over once more while it waits: the footer is signed with the newest.
    rotate(settings)
    lines = proved.lines(finished(operation))
    assert [one["since"] for one in json.loads(lines[0])["keys"]] == [0, 2, 5]
    for one in (first, vkey()):
        assert proved.check(lines, "--key", one)[0] == 0
    told = json.loads(lines[0])["keys"]
    told[1]["handover"] = told[2]["handover"]
    status, said = proved.check(signed_anew([changed(lines[0], keys=told), *lines[1:]]), "--key", first)
    assert (status, "line 1 (header)" in said) == (1, True)
    assert "handed over" in said or "not signed" in said
    del told[1:]
    status, said = proved.check(signed_anew([changed(lines[0], keys=told), *lines[1:]]), "--key", first)
    assert (status, "the checkpoint does not hold" in said) == (1, True)


def test_an_earlier_checkpoint_is_proved_to_be_the_beginning(proved):
    write(3)
    sealer.seal_all()
    kept = last_checkpoint().note
    write(4)
    # As a browser sends what was pasted.
    operation = proved.made(earlier="\r\n".join(kept.split("\n")).strip())
    assert operation.parameters["earlier"].startswith("size 3, ")
    lines = proved.lines(operation)
    status, said = proved.check(lines, "--key", vkey(), "--checkpoint", proved.note(kept))
    assert (status, "only grown since the checkpoint you kept, over 3 entries" in said) == (0, True)
    # A file without that proof cannot show it, and one that is as old needs none.
    bare = proved.lines(proved.made())
    status, said = proved.check(bare, "--checkpoint", proved.note(kept))
    assert (status, "no proof from your checkpoint over 3 entries" in said) == (2, True)
    assert proved.check(bare, "--checkpoint", proved.note(json.loads(bare[0])["checkpoint"]))[0] == 0
    # The proof of the file is checked in any case.
    told = json.loads(lines[0])["earlier"]
    broken = [changed(lines[0], earlier={**told, "proof": told["proof"][:-1]}), *lines[1:]]
    status, said = proved.check(signed_anew(broken))
    assert (status, "did not grow from the earlier checkpoint over 3" in said) == (1, True)


def test_a_checkpoint_of_another_history_is_told(proved):
    write(3)
    sealer.seal_all()
    signer, told = keys.signer(), last_checkpoint().note.split("\n")
    told[2] = b64encode(hashlib.sha256(b"another").digest()).decode()
    other = signer.sign("\n".join(told[:5]) + "\n")
    with pytest.raises(BadInput, match="does not begin with that checkpoint") as caught:
        proved.ask(earlier=other)
    assert caught.value.field == "earlier"
    # Of the size of the file's own checkpoint, so that the file can tell.
    lines = signed_anew(proved.lines(proved.made()))
    told[1] = json.loads(lines[0])["checkpoint"].split("\n")[1]
    kept = proved.note(signer.sign("\n".join(told[:5]) + "\n"))
    status, said = proved.check(lines, "--checkpoint", kept)
    assert (status, "did not grow from the checkpoint you kept" in said) == (1, True)
    longer = signer.sign("\n".join([told[0], "999", *told[2:5]]) + "\n")
    with pytest.raises(BadInput, match="999 entries, and the log now"):
        proved.ask(earlier=longer)


def test_a_kept_checkpoint_that_was_changed_is_not_blamed_on_the_file(proved):
    write(3)
    lines = proved.lines(proved.made())
    kept = json.loads(lines[0])["checkpoint"]
    altered = kept.replace("\n3\n", "\n2\n", 1)
    assert altered != kept
    status, said = proved.check(lines, "--key", vkey(), "--checkpoint", proved.note(altered))
    assert (status, "line 1" in said, "Do not rely on this file" in said) == (1, False, False)
    assert "WRONG  the checkpoint you kept is none of the log of this file" in said
    assert (
        "The file holds by itself. Either your note was changed since, or the file is of another log" in said
    )
    assert "Everything holds" not in said
    # What is wrong with the file itself is told beside it.
    status, said = proved.check([lines[0], *lines[2:]], "--checkpoint", proved.note(altered))
    assert (status, "Do not rely on this file" in said, "The file holds" in said) == (1, True, False)


def test_the_program_counts_places_as_the_pages_do(proved, client_as, auditor):
    write(2)
    lines = proved.lines(proved.made())
    entry = json.loads(lines[1])["entry"]
    page = client_as(auditor).get(reverse("audit:entry", args=[entry])).content.decode()
    assert "place 1 in the log" in page
    said = proved.check([lines[0], changed(lines[1], proof=[]), *lines[2:]])[1]
    assert f"entry #{entry} at place 1: it is not what was sealed" in said


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({"form": "xml"}, "form", "Choose one of those shown"),
        ({"form": "csv", "earlier": "anything"}, "earlier", "Only JSONL can prove"),
        ({"earlier": "This is nothing."}, "earlier", "no checkpoint that this log has signed"),
        ({"earlier": "x" * 2_001}, "earlier", "longer than 2000"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(proved, client_as, auditor, given, field, says):
    write(1)
    asked = {"from": TODAY, "reason": "Review", "form": "jsonl", **given}
    asked = {f"ask_{name}": value for name, value in asked.items()}
    answer = client_as(auditor).post(reverse("operations:operation_new", args=["trail_export"]), asked)
    assert answer.status_code == 422
    assert says in " ".join(answer.context["form"].errors[f"ask_{field}"])
    assert not Operation.objects.exists()


def test_without_a_key_there_are_no_proofs_and_it_is_said(proved, settings):
    write(1)
    settings.AUDIT_SIGNING_KEY = "nonsense"
    with pytest.raises(BadInput, match="cannot be signed now, so nothing can be proved") as caught:
        proved.ask()
    assert caught.value.field == "form"
    assert not Operation.objects.exists()
    assert proved.made(form="csv")


def test_a_key_that_is_gone_at_the_end_leaves_no_half_file(proved, settings, client_as, auditor):
    write(1)
    operation = proved.ask()
    settings.AUDIT_SIGNING_KEY = "nonsense"
    finished(operation)
    assert Item.objects.get(operation=operation, row=2).words.startswith("The export cannot be signed.")
    answer = client_as(auditor).get(reverse("operations:operation_export", args=[operation.pk]))
    assert answer.status_code == 404


def test_a_filter_is_told_and_leaves_holes_without_claiming_more(proved):
    write(7)
    lines = proved.lines(proved.made(filter="customer:4418"))
    assert [json.loads(line)["place"] for line in lines[1:-1]] == [1, 4]
    header = json.loads(lines[0])
    assert (header["complete"], header["filter"]) == (False, "customer: 4418")
    status, said = proved.check(lines, "--key", vkey())
    assert (status, "chosen by a filter: customer: 4418" in said) == (0, True)
    assert "That the filter left nothing out is not" in said


def test_more_than_a_file_holds_is_refused_before_anything_is_made(proved, monkeypatch):
    monkeypatch.setattr(exporting_sealed, "MOST_PLACES", 3)
    write(3)
    assert proved.made()
    write(1)
    with pytest.raises(BadInput, match="at most 3 entries") as caught:
        proved.ask()
    assert caught.value.field == "from"


def test_nothing_found_is_a_file_too(proved):
    write(2)
    lines = proved.lines(proved.made(filter="store:12 outcome:refused"))
    assert len(lines) == 2
    status, said = proved.check(lines, "--key", vkey())
    assert (status, "0 entries" in said) == (0, True)


def test_many_entries_across_tiles_and_blocks_and_rows(proved, monkeypatch):
    monkeypatch.setattr(exporting, "PROOFS_A_ROW", 97)
    monkeypatch.setattr(exporting_proofs, "ENTRIES_AT_ONCE", 40)
    write(700)
    sealer.seal_all()
    write(601)
    operation = proved.made()
    assert operation.rows > 10
    lines = proved.lines(operation)
    assert len(lines) == 1303
    status, said = proved.check(lines, "--key", vkey())
    assert (status, "1301 entries: places 1 to 1301 of a log of 1301, none missing." in said) == (0, True)
    lines[900] = changed(lines[900], proof=json.loads(lines[901])["proof"])
    status, said = proved.check(lines, "--key", vkey())
    assert (status, "line 901: entry #" in said) == (1, True)


def test_a_block_made_again_has_the_same_bytes_whatever_was_written_meanwhile(proved):
    write(4)
    operation = proved.made()
    before, told = proved.lines(operation), proved.whole(operation).sha256
    write(3)
    sealer.seal_all()
    for item in Item.objects.filter(operation=operation).order_by("row"):
        again = exporting.run(operation.behind, item)
        assert again.output["sha256"] == item.results["sha256"]
    operation.refresh_from_db()
    assert proved.lines(operation) == before
    assert proved.whole(operation).sha256 == told
    assert Entry.objects.filter(action="operations.work.made").count() == 1


def test_the_end_waits_for_blocks_of_other_workers(proved, monkeypatch):
    monkeypatch.setattr(exporting, "PROOFS_A_ROW", 1)
    write(12)
    operation = proved.made()
    last = Item.objects.filter(operation=operation).order_by("row").last()
    assert last.row == 13
    Item.objects.filter(operation=operation, row=3).update(state="going")
    with pytest.raises(NotYet):
        exporting.run(operation.behind, last)
    Item.objects.filter(operation=operation, row=3).update(state="not_done")
    assert exporting.run(operation.behind, last).state == "not_done"


def test_what_was_never_sealed_is_named(proved):
    write(3)
    middle = Entry.objects.order_by("pk")[1]
    Suspect.objects.create(entry_id=middle.pk, why="its content does not fit its seal")
    lines = proved.lines(proved.made())
    assert json.loads(lines[-1])["not_sealed"] == [
        {"entry": middle.pk, "why": "its content does not fit its seal"}
    ]
    status, said = proved.check(lines, "--key", vkey())
    assert (status, f"Entry #{middle.pk} was never sealed" in said) == (0, True)


def test_when_none_is_sealed_they_are_named_and_nothing_else(proved):
    write(1)
    sealer.seal_all()
    write(1)
    last = Entry.objects.order_by("pk").last()
    Suspect.objects.create(entry_id=last.pk, why="its content does not fit its hash")
    lines = proved.lines(proved.made(filter="customer:4418"))
    assert json.loads(lines[-1])["not_sealed_count"] == 1
    assert proved.check(lines)[0] == 0


def test_an_entry_written_behind_the_checkpoint_is_named(proved, monkeypatch):
    write(2)
    sealer.seal_all()
    monkeypatch.setattr(sealer, "seal_all", lambda: 0)
    monkeypatch.setattr("apps.operations.exporting_sealed.WAIT_SECONDS", 0.1)
    write(1)
    lines = proved.lines(proved.made())
    late = Entry.objects.filter(action="customer.viewed").order_by("pk").last()
    assert json.loads(lines[-1])["later"] == [late.pk]
    status, said = proved.check(lines, "--key", vkey())
    assert (status, f"got their place later and are not in the file: #{late.pk}" in said) == (0, True)


def test_what_was_changed_or_deleted_in_the_database_shows_in_the_file(proved):
    write(4)
    sealer.seal_all()
    ids = list(Entry.objects.order_by("pk").values_list("pk", flat=True))
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_entry SET payload = %s WHERE id = %s", [b'{"v":2}', ids[1]])
        cursor.execute("DELETE FROM audit_entry WHERE id = %s", [ids[2]])
    lines = proved.lines(proved.made())
    footer = json.loads(lines[-1])
    assert (footer["entries"], footer["gone"], footer["changed"]) == (4, 1, 1)
    status, said = proved.check(lines, "--key", vkey())
    assert status == 1
    assert f"line 3: entry #{ids[1]} at place 2: it is not what was sealed" in said
    assert f"line 4: entry #{ids[2]} at place 3: it was sealed, and its content is not there" in said


def test_an_expired_export_is_not_handed_out(proved, client_as, auditor):
    write(1)
    operation = proved.made()
    address = reverse("operations:operation_export", args=[operation.pk])
    Operation.objects.filter(pk=operation.pk).update(expires_at=timezone.now())
    # Before the hourly sweep, and behind it.
    answer = client_as(auditor).get(address)
    assert (answer.status_code, "not kept any longer" in answer.content.decode()) == (404, True)
    assert retire() == 1
    assert client_as(auditor).get(address).status_code == 404
    assert not operation.made.exists()
    assert not Entry.objects.filter(action="operations.work.downloaded").exists()


def test_what_is_no_export_is_not_checked(proved, tmp_path):
    assert proved.program(str(tmp_path / "nothing.jsonl"))[0] == 2
    assert proved.check([])[0] == 2
    status, said = proved.check([b"Entry,At\n", b"1,2\n"])
    assert (status, "The CSV is for people" in said) == (2, True)
    assert proved.check([b"{}\n", b"1,2\n"])[0] == 1
    write(1)
    lines = proved.lines(proved.made())
    assert proved.check(lines, "--key", "nonsense")[0] == 2
    assert proved.check(lines, "--checkpoint", proved.note("nonsense"))[0] == 2
    assert proved.check([changed(lines[0], version=2), *lines[1:]])[0] == 2


def test_others_may_not_ask_for_it(proved, manager):
    write(1)
    with pytest.raises(Exception, match="does not start"):
        services.start(
            actor=proved.actor, user=manager, kind="trail_export", parameters={"from": TODAY, "reason": "x"}
        )
